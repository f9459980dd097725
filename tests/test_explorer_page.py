"""The page of `w2v explore` in a browser: search, neighbours, map, address, keys, hostile words, accessibility."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v import KeyedVectors

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
if BROWSER is None:
    pytest.skip(f"there is no browser: none of {', '.join(BROWSERS)}", allow_module_level=True)

SOURCE = Path(__file__).parents[1] / "explorer"
AXE = SOURCE / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = ["words", "analogy", "axes", "two", "geometry", "about"]
HOSTILE = [
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "\"'`${}&amp;",
    "\u202egnirts",
    "שלום",
    "مرحبا بالعالم",
    "한국어",
    "👩‍👩‍👧‍👦",
    "a" * 1000,
    "한" * 1000,
    "\u2028",
    "line\nbreak",
    "\x00",
    "   ",
    "=1+1",
    "-1",
    "e\u0301",
    "\ud800",
]


MEASURING = """
window.placeOf = (word) => {
  const [i, view, box] = [w2v.lookup.exact(word), w2v.stage.view, w2v.stage.element.getBoundingClientRect()];
  return [box.x + view.toX(w2v.data.x[i]), box.y + view.toY(w2v.data.y[i])];
};
"""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        # Pages are our own, and containers allow no sandbox; no graphics processor: the same pixels everywhere.
        opened = running.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory, novel):
    """Two pages: one of two models, and one of hostile words."""
    made = tmp_path_factory.mktemp("pages")
    first = KeyedVectors.load(novel)
    rows = first.vectors.copy()
    rows[:50] = np.random.default_rng(1).normal(size=(50, 50)) * 0.3
    second = KeyedVectors.from_arrays(first.index_to_key, rows, first.expandos["count"])
    labels = {word: ["noun", "verb", "other"][i % 3] for i, word in enumerate(first.index_to_key)}
    w2v.explore(first, second, 1500, labels, made / "page.html", layout="pca", names=["emma", "other"])
    hostile = np.random.default_rng(1).normal(size=(len(HOSTILE), 6)).astype(np.float32)
    vectors = KeyedVectors.from_arrays(HOSTILE, hostile, list(range(len(HOSTILE), 0, -1)))
    labels = dict(zip(HOSTILE, HOSTILE[::-1], strict=True))
    with pytest.warns(w2v.errors.CorpusWarning, match="has 1 number and 17 other values"):
        w2v.explore(vectors, column=labels, path=made / "hostile.html", layout="pca", names=["<b>\u202ename</b>"])
    return made


@pytest.fixture
def show(browser, folder):
    """Return a function that opens a page; whatever it complains of, or asks the network for, fails the test."""
    faults, opened = [], []

    def show(name="page.html", state="", **context):
        made = browser.new_context(viewport=context.pop("viewport", {"width": 1280, "height": 800}), **context)
        opened.append(made)
        page = made.new_page()
        page.on(
            "console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else faults.append(request.url),
        )
        page.goto((folder / name).as_uri() + state)
        until(page, "!!window.w2v")
        return page

    yield show
    for one in opened:
        one.close()
    assert not faults


def until(page, expression):
    """Wait for an expression; Playwright's own function for it is one that the policy of the page forbids."""
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not true within thirty seconds: {expression}")


def words(page, table=0):
    return page.locator(".hits").nth(table).locator("tbody tr td:first-child .word").all_inner_texts()


def state_of(page):
    return page.evaluate("decodeURIComponent(location.hash)")


def search(page, text, key="Enter"):
    page.keyboard.press("/")
    page.keyboard.type(text)
    page.keyboard.press(key)


def test_search_gives_the_neighbours_of_w2v(show, novel):
    page, vectors = show(), KeyedVectors.load(novel)
    few = vectors.subset(page.evaluate("w2v.data.words"))
    same = total = 0
    for word in few.index_to_key[::30]:
        search(page, word)
        wanted = few.most_similar(word, topn=10)
        same += sum(a == b for a, (b, _) in zip(words(page), wanted, strict=False))
        total += 10
        shown = [float(text) for text in page.locator(".hits tbody td:nth-child(2)").all_inner_texts()[:10]]
        assert shown == pytest.approx([score for _, score in wanted], abs=1.5e-3)
    assert same / total >= 0.99


def test_analogies_are_those_of_w2v(show, novel):
    page, vectors = show(), KeyedVectors.load(novel)
    few = vectors.subset(page.evaluate("w2v.data.words"))
    for a, b, c in (("he", "his", "she"), ("is", "was", "has"), ("mr", "mrs", "he")):
        page.goto(page.url.split("#")[0] + f"#view=analogy&a={a}&b={b}&c={c}")
        until(page, f"document.querySelector('[data-key=c]')?.value === '{c}'")
        assert words(page, 0)[:3] == [w for w, _ in few.most_similar([b, c], [a], topn=3)]
        assert words(page, 1)[:3] == [w for w, _ in few.most_similar_cosmul([b, c], [a], topn=3)]


def test_words_are_added_and_subtracted(show, novel):
    page = show(state="#plus=she&plus=his&minus=he")
    few = KeyedVectors.load(novel).subset(page.evaluate("w2v.data.words"))
    assert words(page)[:5] == [word for word, _ in few.most_similar(["she", "his"], ["he"], topn=5)]
    page.get_by_role("button", name="Remove he").click()
    assert state_of(page) == "#plus=she&plus=his"
    page.locator(".signs").first.get_by_role("button").nth(1).click()
    assert "minus=" in state_of(page)


def test_completion_by_prefix_and_by_likeness(show):
    page = show()
    box = page.get_by_role("combobox", name="Search for a word")
    box.fill("frien")
    options = page.locator('.options [role="option"]')
    assert options.first.inner_text().split()[0].startswith("frien")
    assert page.evaluate("document.activeElement.getAttribute('aria-activedescendant')") == options.first.get_attribute(
        "id"
    )
    box.press("ArrowDown")
    chosen = page.locator('[aria-selected="true"][role="option"] bdi').inner_text()
    box.press("Enter")
    assert state_of(page).startswith(f"#plus={chosen}")
    box.fill("knigthley")
    assert "knightley" in options.all_inner_texts()[0]
    box.fill("EMMA")
    assert options.first.locator("bdi").inner_text() == "emma"
    box.fill("zzzzzzzz")
    assert options.count() == 0
    assert "No such word" in page.locator(".options:visible").inner_text()
    box.press("Escape")
    assert page.locator(".options:visible").count() == 0
    box.press("Escape")
    assert box.input_value() == ""
    box.press("Escape")
    assert "plus" not in state_of(page)


def test_keys_alone_are_enough(show):
    page = show(reduced_motion="reduce")
    search(page, "emma")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.role") == "tab"
    for view in ("analogy", "axes", "two", "geometry", "about", "words"):
        page.keyboard.press("ArrowRight")
        assert page.evaluate("w2v.state.view") == view
    page.locator(".canvas").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("w2v.stage.view.place.zoom") > 1
    until(page, "location.hash.includes('map=')")
    page.keyboard.press("0")
    assert page.evaluate("w2v.stage.view.place.zoom") == 1
    until(page, "!location.hash.includes('map=')")
    page.locator(".word").first.focus()
    page.keyboard.press("Enter")  # the panel is made anew, and the focus stays in it
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Escape")
    until(page, "!location.hash.includes('plus')")


def test_the_address_holds_the_state(show):
    page = show(reduced_motion="reduce")
    search(page, "emma")
    page.select_option('select[aria-label="Colour of the dots"]', "norm")
    page.mouse.move(900, 400)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(100)
    until(page, "location.hash.includes('map=' + Number(w2v.stage.view.place.zoom.toPrecision(4)))")
    state = page.evaluate("location.hash")
    again = show(state=state, reduced_motion="reduce")
    assert again.evaluate("location.hash") == state
    for value in ("w2v.state.plus", "w2v.colouring.chosen", "w2v.stage.view.place.zoom.toFixed(2)"):
        assert again.evaluate(value) == page.evaluate(value)
    assert words(again) == words(page)
    search(page, "harriet")
    page.go_back()
    until(page, "w2v.state.plus[0] === 'emma'")


@pytest.mark.parametrize(
    "state",
    [
        "#view=none&colour=none&map=1,x",
        "#map=NaN,0,0",
        "#map=1e999,0,0",
        "#plus=%FF&plus=",
        "#of=cluster:99&view=axes",
        "#among=99999999999&view=two",
        "#&&==",
        "#view=words&view=two&a=1",
    ],
)
def test_any_address_opens_the_page(show, state):
    page = show(state=state)
    assert page.get_by_role("tab").count() == 6


def test_unknown_words_of_an_address_are_named(show):
    page = show(state="#plus=notaword&plus=emma")
    assert "Not among the words of this page: notaword" in page.locator(".notice").inner_text()
    assert words(page)


def test_a_lasso_selects_words(show):
    page = show()
    page.get_by_role("button", name="Lasso").click()
    box = page.locator(".canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 100, y - 100)
    page.mouse.down()
    for dx, dy in ((100, -100), (100, 100), (-100, 100)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    corner = page.evaluate("[w2v.stage.view.fromX(0), w2v.stage.view.fromX(1)]")
    reach = 100 * (corner[1] - corner[0])
    wanted = page.evaluate(
        f"w2v.data.words.filter((_, i) => Math.abs(w2v.data.x[i]) < {reach} && Math.abs(w2v.data.y[i]) < {reach})"
    )
    selected = page.evaluate("w2v.selection.map((i) => w2v.data.words[i])")
    assert len(set(wanted) ^ set(selected)) <= 0.02 * len(wanted) + 2
    assert page.get_by_role("heading", name=f"{len(selected):,} words selected").count() == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Save CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "word,score,count,rank,cluster,x,y"
    assert len(lines) == len(selected) + 1


def test_a_click_on_the_map_asks_for_the_word(show):
    page = show()
    page.evaluate(MEASURING)
    page.mouse.click(*page.evaluate("placeOf('the')"))
    near = page.evaluate("w2v.state.plus[0]")
    assert (
        np.linalg.norm(np.subtract(page.evaluate("placeOf('the')"), page.evaluate("(word) => placeOf(word)", near)))
        < 12
    )


def test_two_fingers_zoom_and_one_moves(show):
    page = show(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    box = page.locator(".canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    device = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x + dx, "y": y + dy, "id": i} for i, (dx, dy) in enumerate(places)]
        device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (-30, 0))
    touch("touchStart", (-30, 0), (30, 0))
    for spread in (40, 50, 60):
        touch("touchMove", (-spread, 0), (spread, 0))
    touch("touchEnd")
    assert page.evaluate("w2v.stage.view.place.zoom") == pytest.approx(2, rel=0.1)
    assert page.evaluate("w2v.state.plus.length") == 0  # no click
    before = page.evaluate("w2v.stage.view.place.x")
    touch("touchStart", (0, 0))
    touch("touchMove", (50, 0))
    touch("touchEnd")
    assert page.evaluate("w2v.stage.view.place.x") < before


def test_axes_are_cosines_with_the_difference_of_poles(show, novel):
    page = show(state="#view=axes&left=he&right=she&of=list&list=mr+mrs+his+her")
    vectors = KeyedVectors.load(novel)
    unit = {word: vectors.get_vector(word, norm=True) for word in ("he", "she", "mr", "mrs", "his", "her")}
    axis = unit["she"] - unit["he"]
    shown = dict(
        zip(words(page, 0) + words(page, 1), page.locator(".hits tbody td:nth-child(2)").all_inner_texts(), strict=True)
    )
    for word in ("mrs", "mr", "his", "her"):
        assert float(shown[word]) == pytest.approx(unit[word] @ axis / np.linalg.norm(axis), abs=2e-3)
    page.select_option('select[aria-label="Which words"]', "frequent")
    assert "of=" not in state_of(page)


def test_half_an_axis_is_none(show):
    page = show(state="#view=axes&left=he&bottom=good&top=notaword")
    assert "the right and the top one are missing" in page.locator(".notice").last.inner_text()
    assert page.evaluate("w2v.stage.scene.axes") is None
    assert page.get_by_role("heading", name="Towards").count() == 0
    page.evaluate("w2v.go({ poles: ['', '', 'he', 'she'] })")
    assert page.evaluate("w2v.stage.scene.axes") == ["", "", "he", "she"]
    assert page.get_by_role("heading", name="Towards").all_inner_texts() == ["Towards she", "Towards he"]


def test_poles_are_typed_one_after_another(show):
    page = show(state="#view=axes")
    page.get_by_label("Left pole").focus()
    for word in ("he", "she", "good", "bad"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
        page.wait_for_timeout(50)
    poles = [page.get_by_label(f"{name} pole").input_value() for name in ("Left", "Right", "Bottom", "Top")]
    assert poles == ["he", "she", "good", "bad"]
    assert all(f"{name}={word}" in state_of(page) for name, word in zip(("left", "right"), ("he", "she"), strict=True))


def test_two_models_side_by_side(show):
    page = show(state="#view=two&plus=emma")
    names = page.locator(".pair h3").all_inner_texts()
    assert names == ["emma", "other"]
    first, second = (page.locator(".pair > div").nth(i) for i in (0, 1))
    both = [set(side.locator(".word").all_inner_texts()) for side in (first, second)]
    assert set(first.locator(".gone .word").all_inner_texts()) == both[0] - both[1]
    assert set(second.locator(".new .word").all_inner_texts()) == both[1] - both[0]
    moved = page.locator(".hits td:first-child .word").all_inner_texts()
    frequent = set(page.evaluate("w2v.data.words.slice(0, 50)"))
    assert set(moved[:15]) <= frequent
    page.locator("input[type=range]").evaluate("(e) => { e.value = 0; e.dispatchEvent(new Event('change')); }")
    assert "among=100" in state_of(page)


def test_what_chance_would_share_is_said(show):
    page = show(state="#view=two&plus=emma")
    overlap = page.evaluate("w2v.data.meta.common.overlap")
    assert f"by chance it would be {overlap['chance']:.3f}" in page.locator("#panel").inner_text()


def test_the_map_goes_no_closer_than_its_words_tell(show):
    page = show(reduced_motion="reduce")
    search(page, "emma")
    assert 1 <= page.evaluate("w2v.stage.view.place.zoom") <= (1500 / 150) ** 0.5


def test_one_word_is_no_words(browser, tmp_path):
    vectors = KeyedVectors.from_arrays(["a", "b"], [[1, 0], [0, 1]], [2, 1])
    w2v.explore(vectors, words=1, path=tmp_path / "one.html")
    page = browser.new_page()
    page.goto((tmp_path / "one.html").as_uri())
    until(page, "!!window.w2v")
    page.evaluate("w2v.ask(0)")
    page.evaluate("w2v.select([0])")
    assert not re.search("\\b1 words", page.locator("body").inner_text())
    assert "1 word" in page.locator("header").inner_text()
    page.close()


def test_a_model_without_a_place_in_the_plane_says_why(show):
    page = show(state="#view=geometry")
    assert "other is not in the plane" in page.locator(".charts").inner_text()


def test_a_command_breaks_between_options(show):
    page = show(state="#view=about", viewport={"width": 390, "height": 844})
    pieces = page.locator("pre .option").all_inner_texts()
    assert " ".join(pieces) == page.evaluate("w2v.data.meta.models[0].command")
    assert all(piece.startswith("-") for piece in pieces[1:])
    assert page.evaluate("[...document.querySelectorAll('pre .option')].every((one) => one.clientHeight < 24)")


def test_a_page_opens_in_a_frame_of_a_notebook(browser, folder, novel):
    shown = w2v.explore(novel, words=100, layout="pca")._repr_html_()
    page = browser.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_content(f"<!doctype html><title>notebook</title>{shown}")
    frame = page.frame_locator("iframe")
    frame.get_by_role("combobox", name="Search for a word").fill("emm")
    frame.get_by_role("option").first.click()
    assert frame.locator(".chip bdi").first.inner_text() == "emma"
    assert faults == []
    page.close()


def test_the_colours_of_a_column_and_their_legend(show):
    page = show(state="#colour=column")
    assert page.locator(".legend .entry").all_inner_texts() == ["noun", "other", "verb"]
    page.locator(".legend .entry").first.click()
    assert page.evaluate("w2v.selection.length") == 500


def test_geometry_and_origin_are_told(show):
    page = show(state="#view=geometry")
    assert page.get_by_role("img", name="Alignment and uniformity").count() == 1
    assert "Hubness" in page.locator(".measures").inner_text()
    page.get_by_role("tab", name="Origin").click()
    assert "w2v train emma.txt.xz -o emma.safetensors --vector-size 50" in page.locator("pre").inner_text()
    assert page.get_by_role("img", name="Loss of each epoch").count() == 1


def test_hostile_words_are_text(show):
    page = show("hostile.html")
    assert page.evaluate("w2v.data.words") == [word.replace("\ud800", "\ud800") for word in HOSTILE]
    for word in HOSTILE:
        i = page.evaluate("(word) => w2v.lookup.exact(word) ?? -1", word) if word != "\ud800" else len(HOSTILE) - 1
        page.evaluate("(i) => w2v.ask(i)", i)
        assert page.locator(".chip bdi").count() == 1
        assert len(words(page)) == len(HOSTILE) - 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    change = "(view) => w2v.go({ view, poles: w2v.data.words.slice(0, 4), analogy: w2v.data.words.slice(0, 3) })"
    for view in set(VIEWS) - {"two"}:
        page.evaluate(change, view)
    page.evaluate("w2v.go({ view: 'words', colour: 'column' })")
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img, main script, main b, header b, .legend img").count() == 0
    assert page.evaluate("document.title") == "<b>\u202ename</b>"
    page.evaluate("w2v.select([...w2v.data.words.keys()])")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save CSV").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "\n'=1+1," in saved
    assert "\n=1+1" not in saved


def test_hostile_words_survive_the_address(show):
    page, other = show("hostile.html"), show("hostile.html")
    for word in HOSTILE[:-1]:
        page.evaluate("(word) => w2v.ask(w2v.lookup.exact(word), true)", word)
        other.evaluate("(hash) => { location.hash = hash; }", page.evaluate("location.hash"))
        until(other, "w2v.state.plus.length === 1")
        assert other.evaluate("w2v.state.plus") == [word]
        other.evaluate("w2v.clear()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_nothing_is_wider_than_the_window(show, size, scheme):
    for name in ("page.html", "hostile.html"):
        page = show(name, viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        for view in VIEWS:
            page.evaluate(
                "(view) => w2v.go({ view, plus: [w2v.data.words[0]] })",
                view if name == "page.html" or view != "two" else "words",
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], view


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_axe_finds_no_violation(show, size, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in explorer/")
    # The policy of the page forbids what is injected, so the test goes around it.
    page = show(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, bypass_csp=True)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    states = [f"{{view: '{view}', plus: ['emma']}}" for view in VIEWS]
    states += [
        "{view: 'words', plus: []}",
        "{view: 'axes', of: 'list', poles: ['he', 'she', '', '']}",
        "{colour: 'column'}",
    ]
    states.append("{view: 'analogy', analogy: ['he', 'his', 'she']}")
    for state in states:
        page.evaluate(f"w2v.go({state})")
        found = page.evaluate(
            "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
        )
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == [], state
    page.get_by_role("combobox", name="Search for a word").fill("em")
    found = page.evaluate("axe.run()")
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []


@pytest.fixture(scope="module")
def address(novel):
    """Where a page of 50 words is served."""
    for module in ("starlette", "uvicorn"):
        pytest.importorskip(module)
    line = [sys.executable, "-m", "w2v", "explore", str(novel), "--words", "50", "--layout", "pca", "--quiet"]
    with subprocess.Popen(
        [*line, "--serve", "--port", "0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        said = server.stderr.readline()
        assert said.endswith("(stop: Ctrl-C)\n"), said
        yield re.search(r"http://\S+", said)[0]
        server.terminate()


def test_a_served_page_finds_all_words_of_the_model(browser, address, novel):
    vectors, page = KeyedVectors.load(novel), browser.new_page()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    until(page, "!!window.w2v")
    assert page.evaluate("w2v.data.words.length") == 50
    search(page, "knightley")
    until(page, "document.querySelectorAll('.hits tbody tr').length === 30")
    assert words(page)[:10] == [word for word, _ in vectors.most_similar("knightley", topn=10)]
    assert page.evaluate("decodeURIComponent(location.hash)").startswith("#plus=knightley")
    search(page, "notaword")
    until(page, "!!document.querySelector('.notice')")
    assert "'notaword' is not among the" in page.locator(".notice").inner_text()
    page.goto(f"{address}/#view=analogy&a=he&b=his&c=she")
    until(page, "document.querySelectorAll('.hits').length === 2")
    assert words(page, 0) == [word for word, _ in vectors.most_similar(["his", "she"], ["he"], topn=5)]
    assert words(page, 1) == [word for word, _ in vectors.most_similar_cosmul(["his", "she"], ["he"], topn=5)]
    for view in ("axes", "geometry", "about", "words"):
        page.evaluate("(view) => w2v.go({ view })", view)
    assert {url.split("/")[2] for url in requests if not url.startswith("data:")} == {address.split("/")[2]}
    page.close()


def test_a_page_whose_server_is_gone_says_so(browser, address):
    page = browser.new_page()
    page.goto(address)
    until(page, "!!window.w2v")
    page.context.set_offline(True)
    search(page, "emma")
    until(page, "!!document.querySelector('.notice')")
    assert "may have been stopped" in page.locator(".notice").inner_text()
    page.close()


def test_a_server_that_answers_again_is_asked_again(browser, address):
    page = browser.new_page()
    page.goto(address)
    until(page, "!!window.w2v")
    page.context.set_offline(True)
    search(page, "emma")
    until(page, "!!document.querySelector('.notice')")
    page.context.set_offline(False)
    search(page, "emma")
    until(page, "document.querySelectorAll('.hits tbody tr').length === 30")
    page.close()


def test_an_old_or_damaged_page_says_so(browser, folder, tmp_path):
    text = (folder / "page.html").read_text(encoding="utf-8").replace('"rank0":["u4"', '"rank0":["x4"')
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert "damaged" in page.get_by_role("alert").inner_text()
    page.close()


def test_the_committed_page_is_the_build_of_its_source():
    if not (SOURCE / "build.mjs").exists():
        pytest.skip("there is no source tree")
    if shutil.which("node") is None or not (SOURCE / "node_modules" / "esbuild").exists():
        pytest.skip("node is not installed, or its packages are not: npm ci in explorer/")
    result = subprocess.run(["node", "build.mjs", "--check"], cwd=SOURCE, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
