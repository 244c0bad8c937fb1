"""Pages link to files of the repository, which the site has not: there their names are enough."""

import re
from posixpath import dirname, join, normpath

INLINE = re.compile(r"\[([^\]]+)\]\((?!\w+:)([^)#\s]+)(?:#[^)]*)?\)")
DEFINED = re.compile(r"^\[([^\]]+)\]: (\S+)\n", re.MULTILINE)


def on_page_markdown(markdown, page, **_):
    def is_ours(target):
        return normpath(join("docs", dirname(page.file.src_uri), target)).startswith("docs/")

    outside = {name for name, target in DEFINED.findall(markdown) if not is_ours(target)}
    markdown = DEFINED.sub(lambda link: link[0] if link[1] not in outside else "", markdown)
    markdown = INLINE.sub(lambda link: link[0] if is_ours(link[2]) else link[1], markdown)
    return re.sub(
        r"\[([\w-]+)\](?![\[(:])",
        lambda link: f"`{link[1]}`" if link[1] in outside else link[0],
        markdown,
    )
