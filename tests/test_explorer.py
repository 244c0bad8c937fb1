"""The explorer without a browser: what a view computes, what it answers, whom it refuses."""

import asyncio
import base64
import json
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import divergence as dv
import numpy as np
import pytest
from divergence.explorer.address import claimed, remembered
from divergence.explorer.controls import plain
from divergence.explorer.fields import Fields
from divergence.explorer.films import Films
from divergence.explorer.keyframes import through
from divergence.explorer.opened import scene_in
from divergence.explorer.painter import Painter, drawn
from divergence.explorer.session import Session
from divergence.explorer.shelf import Shelf
from divergence.explorer.turns import Turns
from divergence.film import still
from divergence.scenes.scene import Scene, names

starlette = pytest.importorskip("starlette", reason="the explorer's packages are not installed")
from divergence.explorer.server import PAGE, application  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402
from starlette.websockets import WebSocketDisconnect  # noqa: E402

HENON = dv.Henon(a=1.42)
ROOT = Path(__file__).resolve().parents[1]


def pictures(painter: Painter, scene: Scene, given_up: threading.Event | None = None) -> list:
    found = []
    drawn(painter, scene, given_up or threading.Event(), found.append)
    return found


@pytest.mark.parametrize(
    "name", ["mandelbrot", "newton-quintic-roots", "henon-basin", "descent-0-25"]
)
def test_a_view_ends_as_the_picture_that_the_scene_is(name):
    scene = Scene.load(name).with_values({"window.shape": (45, 70), "film.samples": 1})
    last = pictures(Painter(), scene)[-1]
    assert last.complete
    assert np.array_equal(last.rgb, still.draw(scene))


def test_a_view_is_coarse_at_once_and_then_finer():
    scene = Scene.load("julia").with_values({"window.shape": (128, 128)})
    seen = pictures(Painter(), scene)
    shares = [picture.share for picture in seen]
    assert shares[0] <= 1 / 16
    assert shares == sorted(shares)
    assert [picture.complete for picture in seen] == [False] * (len(seen) - 1) + [True]
    assert all(picture.rgb.shape == (128, 128, 3) for picture in seen)


def test_moved_and_halved_views_take_the_points_that_are_known():
    step, shape = 2.0**-6, (64, 64)
    window = dv.Window(center=(0.25, -0.5), width=64 * step, shape=shape)
    moved = dv.Window(center=(0.25 + 10 * step, -0.5), width=64 * step, shape=shape)
    halved = dv.Window(center=(0.25, -0.5), width=32 * step, shape=shape)
    scene = Scene.load("henon-basin").with_values({"map.a": 1.42})

    def look(painter, window):
        before = painter.computed
        shown = scene.with_values(
            {"window.center": window.center, "window.width": window.width, "window.shape": shape}
        )
        pictures(painter, shown)
        assert np.array_equal(painter.field.times, dv.times(HENON, window, scene.max_steps))
        return painter.computed - before

    painter = Painter()
    assert look(painter, window) == 64 * 64
    assert look(painter, moved) == 10 * 64
    assert look(painter, halved) == 64 * 64 - 32 * 32
    assert look(painter, window) == 0


def test_a_view_of_three_bodies_goes_deeper_than_float64():
    scene = Scene.load("three-body-plane").with_values(
        {
            "window.center": ("5.3003118132720401214801787", "-0.4500033250136280439130971"),
            "window.width": "1e-9",
            "window.shape": (4, 4),
            "map.shift": 2.5e-14,
            "max_steps": 900_000,
        }
    )
    frame = scene.frame(0)
    assert frame.arithmetic == "deep"
    assert np.array_equal(pictures(Painter(), scene)[-1].rgb, still.draw(scene))


def test_a_smaller_step_limit_needs_no_computing_and_a_larger_one_the_rest():
    window = dv.Window(center=(0.0, 0.0), width=8, shape=(32, 32))
    fields = Fields()
    field = fields.of(dv.Frame(HENON, window, 50))
    rows, columns = np.indices((32, 32)).reshape(2, -1)
    outcome = dv.outcome_at(
        HENON, window.x[columns], window.y[rows], 50, fates=True, fractions=True
    )
    field.put(rows, columns, outcome)
    fewer = fields.of(dv.Frame(HENON, window, 20))
    assert fewer.known.all()
    assert np.array_equal(fewer.times, dv.times(HENON, window, 20))
    more = fields.of(dv.Frame(HENON, window, 70))
    assert np.array_equal(more.known, outcome.times.reshape(32, 32) < 50)
    assert fields.of(dv.Frame(dv.Henon(a=1.41), window, 50)).known.sum() == 0


def test_a_view_that_has_left_is_not_computed():
    given_up = threading.Event()
    given_up.set()
    painter = Painter()
    assert pictures(painter, Scene.load("mandelbrot"), given_up) == []
    assert painter.computed == 0


def test_ten_views_share_the_machine_fairly():
    size = {"window.shape": (40, 40), "max_steps": 6000}
    scene = Scene.load("three-body-plane").with_values(size)
    painters, shares, begin = [Painter("cpu") for _ in range(10)], [], threading.Barrier(10)

    def draw(painter):
        own = scene.with_values({"window.width": 30.0 + painters.index(painter)})
        begin.wait()
        pictures(painter, own)
        shares.append(sorted(other.computed / 1600 for other in painters))

    threads = [threading.Thread(target=draw, args=(painter,)) for painter in painters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shares[-1] == [1.0] * 10
    assert shares[0][2] > 0.1  # when the first is done, the others are well on their way


def test_turns_are_given_in_the_order_in_which_they_were_asked_for():
    turns, order, inside = Turns(), [], threading.Event()

    def take(number):
        with turns.mine():
            order.append(number)

    with turns.mine():
        waiting = []
        for number in range(5):
            waiting.append(threading.Thread(target=take, args=(number,)))
            waiting[-1].start()
            while len(turns._waiting) < number + 2:
                inside.wait(0.001)
    for thread in waiting:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_page_that_leaves_ends_what_is_computed_for_it():
    heavy = {"do": "open", "scene": "three-body-plane", "shape": [400, 600], "serial": 1}
    answers = []

    async def send(data):
        answers.append(data)

    async def leave():
        session = Session(send, "cpu")
        await session.receive(json.dumps(heavy))
        while len(answers) < 2:  # until it has begun
            await asyncio.sleep(0.01)
        await session.close()
        computed = session.painter.computed
        await asyncio.sleep(0.3)
        return session, computed

    session, computed = asyncio.run(leave())
    assert session._drawing.done()
    assert session.painter.computed == computed < 400 * 600


def test_of_many_views_asked_for_at_once_the_last_is_drawn():
    zoom = [
        {"do": "draw", "changes": {"window.width": 2.0**-i}, "serial": 100 + i} for i in range(40)
    ]
    answers = []

    async def send(data):
        answers.append(data)

    async def talk():
        session = Session(send, "cpu")
        for message in [OPEN, *zoom]:
            await session.receive(json.dumps(message))
        await session.idle()

    asyncio.run(talk())
    heads = [json.loads(a.partition(b"\n")[0]) for a in answers if isinstance(a, bytes)]
    assert heads[-1]["serial"] == 139 and heads[-1]["complete"]
    assert len({head["serial"] for head in heads}) < 20  # those that had left were not


def told(*messages: dict, device: str = "cpu") -> list:
    """What a session answers: JSON as tables, pictures as their heads and bytes."""
    answers: list = []

    async def send(data):
        if isinstance(data, bytes):
            head, _, rgb = data.partition(b"\n")
            answers.append(json.loads(head) | {"rgb": rgb})
        else:
            answers.append(json.loads(data))

    async def talk():
        session = Session(send, device)
        for message in messages:
            await session.receive(message if isinstance(message, str) else json.dumps(message))
            await session.idle()
        await session.close()

    asyncio.run(talk())
    return answers


OPEN = {"do": "open", "scene": "mandelbrot", "shape": [24, 36], "serial": 7}


def test_opening_a_scene_tells_it_whole_and_draws_it():
    scene, *seen = told(OPEN)
    assert scene["is"] == "scene"
    assert scene["serial"] == 7
    assert scene["table"]["map"]["name"] == "mandelbrot"
    assert {control["path"] for control in scene["controls"]} >= {"map.exponent", "map.radius"}
    again = Scene.of(scene["table"])
    assert again == Scene.loads(scene["toml"], "mandelbrot", "the answer")
    last = seen[-1]
    assert last["complete"]
    rgb = np.frombuffer(last["rgb"], np.uint8).reshape(24, 36, 3)
    assert np.array_equal(rgb, still.draw(again.with_values({"film.samples": 1})))


def test_the_python_lines_draw_the_same_picture():
    answers = told(OPEN)
    names_then: dict = {}
    exec(answers[0]["python"], names_then)
    rgb = np.frombuffer(answers[-1]["rgb"], np.uint8).reshape(24, 36, 3)
    assert np.array_equal(np.asarray(names_then["image"]), rgb)


def test_what_is_under_the_cursor():
    scene, *_, point = told(OPEN, {"do": "probe", "row": 5, "column": 30})
    frame = Scene.of(scene["table"]).frame(0)
    time = dv.times(frame.map, frame.window, frame.max_steps)[5, 30]
    assert point["time"] == time
    assert point["stopped"] == (time < frame.max_steps)
    assert point["fate"] == "escaped"
    assert float(point["x"]) == pytest.approx(frame.window.x[30], abs=1e-4)
    assert float(point["y"]) == pytest.approx(frame.window.y[5], abs=1e-4)


def test_coordinates_are_told_to_the_digits_that_matter():
    table = {"window.center": ["5.3003118132720401214801787", "0"], "window.width": "1e-15"}
    scene = {"do": "open", "scene": "three-body-plane", "shape": [2, 2]}
    deep = {"do": "draw", "changes": table | {"max_steps": 1000}}
    *_, point = told(scene, deep, {"do": "probe", "row": 1, "column": 0})
    assert (point["x"], point["y"]) == ("5.3003118132720396215", "0.0000000000000000000")


def test_an_orbit_is_the_map_s_own():
    henon = {"do": "open", "scene": "henon-basin", "shape": [8, 8]}
    answers = told(henon, {"do": "beside", "kind": "orbit", "x": 0.1, "y": 0.2, "steps": 5})
    (orbit,) = [answer for answer in answers if answer["is"] == "orbit"]
    system = Scene.load("henon-basin").frame(0).map
    x, y = 0.1, 0.2
    for point in orbit["points"]:
        assert point == pytest.approx([x, y])
        x, y = 1 - system.a * x * x + y, system.b * x


def test_an_orbit_ends_where_it_has_no_numbers():
    henon = {"do": "open", "scene": "henon-basin", "shape": [8, 8]}
    beside = {"do": "beside", "kind": "orbit", "x": 5.0, "y": 2.0, "steps": 200}
    (orbit,) = [answer for answer in told(henon, beside) if answer["is"] == "orbit"]
    assert 3 < len(orbit["points"]) < 20
    assert np.isfinite(orbit["points"]).all()


def test_a_picture_opens_the_scene_that_it_carries():
    scene = Scene.load("julia").with_values({"map.a": -0.8 + 0.156j})
    png = still.png(np.zeros((2, 2, 3), np.uint8), scene.dumps())
    assert scene_in(png).map["a"] == -0.8 + 0.156j
    message = {"do": "open", "png": base64.b64encode(png).decode(), "shape": [8, 8]}
    assert told(message)[0]["table"]["map"]["a"] == "-0.8+0.156i"


@pytest.mark.parametrize(
    "message, said",
    [
        ("{", "Expecting property name"),
        ("[1]", "a message must be a JSON object"),
        ("[" * 10_000, "nested too deeply"),
        ({"do": "drow"}, "no message 'drow'; did you mean 'draw'?"),
        ({"do": "open", "scene": "../../etc/passwd"}, "no scene"),
        ({"do": "open", "scene": 5}, "scene must be a text"),
        ({"do": "open", "png": "bm8="}, "no PNG"),
        ({"do": "draw"}, "no scene is open yet"),
        ({"do": "beside", "kind": "orbit", "x": 0, "y": 0}, "no scene is open yet"),
        ({"do": "measure", "what": "basins"}, "no scene is open yet"),
        ({"do": "palette of", "colormap": "/etc/passwd.map"}, "no colormap"),
        ({"do": "keep palette", "name": "../x", "text": "red, blue"}, "a palette's name"),
        ({"do": "read palette", "file": "x.exe", "text": ""}, "suffix must be one of"),
        ({"do": "keep place", "name": "here"}, "nothing is kept here"),
        ({"do": "film", "views": []}, "no films are made here"),
        (OPEN | {"shape": [100_000, 100_000]}, "at most 4,000,000 pixels"),
        (OPEN | {"shape": "wide"}, "shape must be 2 numbers"),
        (OPEN | {"frame": float("nan")}, "frame must be finite"),
    ],
)
def test_a_message_that_makes_no_sense_is_answered_in_one_line(message, said):
    (answer,) = told(message)
    assert answer["is"] == "error"
    assert said in answer["text"]
    assert "\n" not in answer["text"]


def test_changes_that_make_no_sense_leave_the_view_as_it_was():
    answers = told(
        OPEN, {"do": "draw", "changes": {"map.exponnt": 3}}, {"do": "draw", "changes": {}}
    )
    errors = [answer["text"] for answer in answers if answer["is"] == "error"]
    assert errors == ["map: no key 'exponnt'; did you mean 'exponent'?"]
    assert [a["table"]["map"]["exponent"] for a in answers if a["is"] == "scene"] == [2, 2]


SENSIBLE = [
    {"do": "open", "scene": "julia"},
    {"do": "draw", "changes": {"map.radius": 3}},
    {"do": "probe", "row": 1, "column": 2},
    {"do": "beside", "kind": "orbit", "x": 0.1, "y": 0.2, "steps": 9},
    {"do": "beside", "kind": "julia", "x": 0.1, "y": 0.2},
    {"do": "measure", "what": "basins"},
    {"do": "measure", "what": "exponents", "along": "x"},
    {"do": "histogram"},
    {"do": "preview", "views": [plain(Scene.load("julia").table())], "frames": 4},
    {"do": "film", "fps": 3},
    {"do": "pause", "name": "film-1"},
    {"do": "keep place", "name": "here"},
    {"do": "keep palette", "name": "mine", "text": "red, blue"},
    {"do": "read palette", "file": "a.map", "text": "1 2 3\n4 5 6"},
    {"do": "palette of", "colormap": "viridis"},
]
NONSENSE = [None, True, -1, 0.5, 1e308, "x", "", "../x", [], {}, [3, 3], {"map": {}}, ["\0"] * 9]


def test_a_hand_that_moves_a_film_s_window_goes_on_from_the_frame_that_it_sees():
    film = {"do": "open", "scene": "mandelbrot", "shape": [8, 12]}
    zoom = {
        "do": "draw",
        "changes": {"frames": 31, "changes.window.width.halve_every": 10},
        "frame": 20,
        "shape": [8, 12],
    }
    move = {"do": "draw", "changes": {"window.center": [0.25, 0.0]}, "shape": [8, 12]}
    scenes = [a for a in told(film, zoom, move | {"frame": 20}) if a["is"] == "scene"]
    first, later, moved = scenes
    assert later["window"]["width"] == pytest.approx(first["window"]["width"] / 4)
    assert moved["window"]["width"] == later["window"]["width"]
    assert moved["window"]["center"] == [0.25, 0.0]
    assert moved["table"]["frames"] == 1
    *_, at_the_start = [a for a in told(film, zoom, move | {"frame": 0}) if a["is"] == "scene"]
    assert at_the_start["table"]["frames"] == 31
    assert at_the_start["window"]["center"] == [0.25, 0.0]


def test_random_messages_are_all_survived(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    random = np.random.default_rng(0)

    def one():
        message = dict(SENSIBLE[random.integers(len(SENSIBLE))]) | {"shape": [6, 8]}
        for _ in range(random.integers(3)):
            key = str(random.choice([*message, "table", "frame", "png", "toml", "formula"]))
            message[key] = NONSENSE[random.integers(len(NONSENSE))]
        return message

    answers = told(OPEN | {"shape": [6, 8]}, *(one() for _ in range(500)))
    kinds = {"error", "scene", "picture", "point", "orbit", "julia", "measure", "histogram"}
    kinds |= {"films", "places", "palettes", "found palettes", "stops", "preview"}
    assert {answer["is"] for answer in answers} <= kinds
    assert {"scene", "picture", "orbit", "julia", "stops", "palettes"} <= {a["is"] for a in answers}
    assert all("\n" not in answer["text"] for answer in answers if answer["is"] == "error")


def test_a_formula_is_drawn_and_its_mistakes_are_shown_with_a_caret():
    formula = {"do": "open", "formula": "z^2 + c", "shape": [12, 12]}
    answers = told(formula)
    assert answers[0]["table"]["map"]["text"] == "z^2 + c"
    assert answers[-1]["complete"]
    (answer,) = told(formula | {"formula": "z^2 + sinn(c)", "about": "formula"})
    assert answer["about"] == "formula"
    assert "did you mean 'sin'" in answer["text"]
    assert answer["text"].splitlines()[-1].strip() == "^"


def test_a_film_between_two_views_zooms_about_the_narrower_one():
    first = Scene.load("mandelbrot")
    last = first.with_values(
        {"window.center": (-0.75, 0.1), "window.width": 0.01, "max_steps": 300, "map.exponent": 3}
    )
    film = through([first, last], 11, 25)
    assert film.frames == 11
    assert film.frame(0).window.width == pytest.approx(first.window["width"])
    assert film.frame(10).window.width == pytest.approx(0.01)
    assert {film.frame(i).window.center for i in range(11)} == {(-0.75, 0.1)}
    assert film.frame(5).max_steps == round((first.max_steps + 300) / 2)
    assert film.frame(5).map.exponent == 2.5
    with pytest.raises(ValueError, match="are the same"):
        through([first, first], 10, 25)
    with pytest.raises(ValueError, match="same map"):
        through([first, Scene.load("julia")], 10, 25)


def wait_for(films, state, also=lambda: True):
    for _ in range(600):
        if films.tables()[0]["state"] == state and also():
            return
        time.sleep(0.05)
    raise AssertionError(films.tables())


def test_films_are_made_paused_and_resumed_after_a_restart(tmp_path):
    scene = Scene.load("three-body-zoom").with_values(
        {"frames": 12, "window.shape": (64, 64), "max_steps": 30_000}
    )
    films = Films(tmp_path, "cpu")
    name = films.add(scene)
    wait_for(films, "running", (tmp_path / name / "scene.toml").exists)
    films.pause(name)
    wait_for(films, "paused")
    films.close()
    assert films.path(name) is None
    again = Films(tmp_path, "cpu")  # as after a restart of the server
    assert [(film["name"], film["state"]) for film in again.tables()] == [(name, "paused")]
    again.resume(name)
    wait_for(again, "complete")
    assert again.path(name).name == "film.mp4"
    assert again.path(f"../{name}") is None
    again.close()


@pytest.fixture
def client():
    return TestClient(application("secret", device="cpu"))


def test_the_page_and_its_files_are_served_to_who_knows_the_token(client):
    page = client.get("/?token=secret")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    files = [path.name for path in PAGE.iterdir()]
    assert len(files) > 10
    for file in files:
        assert client.get(f"/page/{file}").status_code == 200
    listed = client.get("/scenes?token=secret").json()
    assert {row["name"] for row in listed} == set(names())


def test_nothing_is_loaded_from_other_hosts(client):
    for path in PAGE.iterdir():
        text = path.read_text()
        assert "https://" not in text
        assert set(re.findall(r"http://[^\"`]*", text)) == set()


@pytest.mark.parametrize(
    "path, headers",
    [
        ("/", {}),
        ("/?token=guess", {}),
        ("/?token=secret", {"host": "evil.example"}),
        ("/scenes?token=secret", {"origin": "http://evil.example"}),
        ("/picture", {}),
        ("/thumbnail/mandelbrot", {}),
        ("/film/film-1?token=guess", {}),
    ],
)
def test_strangers_are_refused(client, path, headers):
    assert client.get(path, headers=headers).status_code == 403


def test_files_outside_the_page_are_not_served(client):
    assert client.get("/page/../server.py").status_code == 404
    assert client.get("/page/%2e%2e/server.py").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"origin": "http://evil.example"}])
def test_a_socket_without_the_token_or_of_another_page_is_closed(client, headers):
    query = "?token=secret" if headers else ""
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"/view{query}", headers=headers) as socket,
    ):
        socket.receive_text()


def test_a_picture_is_taken_home_with_its_scene_inside(client):
    scene = Scene.load("mandelbrot").dumps()
    answer = client.get("/picture", params={"token": "secret", "scene": scene, "shape": "20x30"})
    assert answer.headers["content-type"] == "image/png"
    assert scene_in(answer.content).window["shape"] == (20, 30)


def test_what_is_no_scene_to_take_home_is_told(client):
    answer = client.get("/picture", params={"token": "secret", "scene": "x = ", "shape": "2x2"})
    assert answer.status_code == 400
    assert "the scene: " in answer.text
    scene = Scene.load("mandelbrot").dumps()
    too_large = {"token": "secret", "scene": scene, "shape": "9000x9000"}
    assert "at most 64,000,000 pixels" in client.get("/picture", params=too_large).text


def test_scenes_have_small_pictures_and_other_names_none(tmp_path):
    client = TestClient(application("secret", device="cpu", shelf=Shelf(tmp_path)))
    answer = client.get("/thumbnail/mandelbrot?token=secret")
    assert answer.headers["content-type"] == "image/png"
    for name in ("nothing", "..%2F..%2Fsetup", "%2Fetc%2Fpasswd"):
        assert client.get(f"/thumbnail/{name}?token=secret").status_code == 404


def test_an_address_is_the_last_run_s_if_its_port_is_free(tmp_path):
    first = claimed(tmp_path / "new")
    assert (tmp_path / "new" / "address.json").stat().st_mode & 0o077 == 0
    other = claimed(tmp_path / "new")
    assert other.token == first.token and other.url != first.url
    with pytest.raises(OSError):
        claimed(tmp_path / "new", first.listening.getsockname()[1])
    first.listening.close()
    other.listening.close()
    again = claimed(tmp_path / "new")
    assert again.url == other.url
    again.listening.close()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"port": "x", "token": 5}', '{"port": 80, "token": "short"}']
)
def test_an_address_that_is_damaged_is_made_anew(tmp_path, text):
    (tmp_path / "address.json").write_text(text)
    port, token = remembered(tmp_path)
    assert port == 0 and len(token) >= 22


def test_ctrl_c_ends_the_explorer_whatever_it_computes(tmp_path):
    command = [sys.executable, str(ROOT / "pysrc" / "explore.py"), "--no-browser"]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        url = process.stdout.readline().partition("#")[0]
        scene = quote(Scene.load("three-body-plane").dumps())
        answers = []

        def ask():
            with suppress(OSError):
                answers.append(
                    urlopen(f"{url.replace('?', 'picture?')}&shape=4000x4000&scene={scene}")
                )

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(2)  # of some minutes that the picture takes
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        asking.join()
    assert process.returncode == 130
    assert said == "explore.py: interrupted\n"
    assert answers == []
