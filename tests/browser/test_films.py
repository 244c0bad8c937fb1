"""Films from the page, and a server that is killed while it makes one."""

from conftest import PATIENCE, put, settle, show, unfold, until


def mark_three(page):
    unfold(page, "Film")
    page.locator("#mark").click()
    for x in (200, 300):
        page.mouse.dblclick(x, 200)
        settle(page)
        page.locator("#mark").click()


def test_a_film_through_three_views_is_previewed_made_and_played(page, explorer):
    show(page, explorer)
    mark_three(page)
    assert page.locator("#marks li").count() == 3
    page.locator("#frames").fill("20")
    page.locator("#preview").click()
    until(page, "explorer.state.frame > 3")
    page.locator("#preview").click()
    settle(page)
    page.locator("#codec").select_option("webm vp9")
    page.locator("#make_film").click()
    page.wait_for_selector("#films li[data-state=complete]", timeout=PATIENCE)
    page.locator("#films button", has_text="Play").first.click()
    until(page, "document.getElementById('player').duration > 0.6")


def test_a_film_of_one_view_is_refused_in_words(page, explorer):
    show(page, explorer)
    unfold(page, "Film")
    page.locator("#make_film").click()
    page.wait_for_selector("#film_error:not([hidden])")
    assert "a film goes through 2 to 50 views, not 1" in page.locator("#film_error").inner_text()


def test_a_server_that_was_killed_in_mid_film_goes_on_from_there(page, explorer):
    show(page, explorer)
    put(page, "max_steps", "400")
    settle(page)
    mark_three(page)
    page.locator("#frames").fill("150")
    page.locator("#make_film").click()
    page.wait_for_selector("#films li[data-state=running]", timeout=PATIENCE)
    name = page.locator("#films li[data-state=running]").get_attribute("data-name")
    folder = explorer.folder / "explorer" / name
    while len(list(folder.glob("times/*.npz"))) < 2:
        page.wait_for_timeout(20)
    address = explorer.address
    explorer.kill()
    assert not list(folder.glob("film.*"))
    page.wait_for_selector("#error:not([hidden])", timeout=PATIENCE)
    explorer.start()
    assert explorer.address == address  # what was bookmarked is there again
    row = page.locator(f"#films li[data-name={name}]")
    page.wait_for_selector(f"#films li[data-name={name}][data-state=paused]", timeout=PATIENCE)
    stored = {path: path.stat().st_mtime for path in folder.glob("times/*.npz")}
    row.get_by_role("button", name="Resume").click()
    page.wait_for_selector(f"#films li[data-name={name}][data-state=complete]", timeout=PATIENCE)
    assert all(path.stat().st_mtime == when for path, when in stored.items())
