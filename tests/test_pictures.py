"""The pictures of the documentation: named with their commands, drawn again at small scale, legible in light and dark."""

import importlib.util
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from w2v.plotting.plots import save_figures
from w2v.plotting.style import DARK, GREY, INK, WIDTH, grid

pytest.importorskip("matplotlib")
ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
if not DOCS.exists():
    pytest.skip("the documentation is not here", allow_module_level=True)

SVG = "{http://www.w3.org/2000/svg}"
POINTS = 72


def load_pictures():
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def images_of_pages():
    """Return the images that the pages show, each with a page that shows it."""
    found = {}
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            if target.startswith("http"):
                continue
            found[(page.parent / target.partition("#")[0]).resolve()] = page
    return found


def test_every_picture_is_shown_and_has_its_command():
    files = {path for kind in ("*.svg", "*.png") for path in DOCS.rglob(kind)}
    assert set(images_of_pages()) == files
    table = (DOCS / "developing" / "pictures.md").read_text(encoding="utf-8")
    listed = set()
    for cell in re.findall(r"^\| \[([^]]+)\]\([^)]*\) \| .*`w2v ", table, re.MULTILINE):
        first, *others = cell.split(", ")
        folder = first.rpartition("/")[0]
        listed |= {first, *(f"{folder}/{name}" for name in others)}
    assert listed == {str(path.relative_to(DOCS)) for path in files}


def test_stored_results_give_the_pictures_of_the_pages(tmp_path):
    copy = tmp_path / "docs"
    for data in DOCS.rglob("*.json.gz"):
        place = copy / data.relative_to(DOCS)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(data, place)
    load_pictures().draw_all(copy)
    drawn = sorted(path.relative_to(copy) for path in copy.rglob("*.svg"))
    assert len(drawn) == 19
    for name in drawn:
        new, old = (texts_and_size(folder / name) for folder in (copy, DOCS))
        assert new == old, name
    for report in copy.rglob("report.md"):  # the study's reports are text made of the same data
        assert report.read_text(encoding="utf-8") == (DOCS / report.relative_to(copy)).read_text(encoding="utf-8")


def test_the_pages_tell_the_stored_projection_of_many_machines():
    report = load_pictures().stored(DOCS / "images" / "many-machines.json.gz")
    later = report["projection"][1:]
    page = (DOCS / "guide" / "many-machines.md").read_text(encoding="utf-8")
    benchmarks = (DOCS.parent / "benchmarks" / "README.md").read_text(encoding="utf-8").replace("**", "")
    for name, form in (("machines", "d"), ("exchanges", ",d"), ("efficiency", ".2f")):
        assert " | ".join(format(one[name], form) for one in later) in benchmarks
    (of_32,) = (one for one in later if one["machines"] == 32)
    assert f"{of_32['efficiency']:.2f} of the ideal speed-up with 32 machines" in " ".join(page.split())
    assert f"32 machines have {of_32['exchanges']} exchanges" in page
    assert f"{report['machine']['date']}, commit {report['machine']['commit']}" in page


def texts_and_size(path):
    """Return what a picture says: its texts (Matplotlib writes each as a comment before its outlines)."""
    return re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["lab", "violations"])
def test_pictures_of_the_theory_are_drawn_anew(name, tmp_path, capsys):
    small = ["--pairs", "2000", "--epochs", "1", "--classes", "4", "--words", "40", "--vector-size", "4"]
    load_pictures().draw_theory(name, tmp_path / "small.svg", *small)
    titles = [text for text in texts_and_size(DOCS / "images" / f"theory-{name}.svg") if text[:1].isupper()]
    assert set(titles[2:]) & set(texts_and_size(tmp_path / "small.svg"))
    capsys.readouterr()


def test_letters_follow_the_colour_scheme_of_the_page(tmp_path):
    def fill(figure):
        axes = figure.subplots()
        grid(axes)
        axes.plot([1, 2], color=GREY)
        axes.set_title("title", color=INK)

    save_figures(tmp_path / "figure.svg", fill, (3, 2))
    text = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert f'[style*="fill: {INK}"]{{fill:{DARK[INK]}!important}}' in text.replace("&quot;", '"')
    for light in (INK, GREY):
        assert light in text.partition("</style>")[2]
    style = ElementTree.fromstring(text).find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme" in style.text
    save_figures(tmp_path / "again.svg", fill, (3, 2))
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "figure.svg").read_bytes()
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("paper", "ink", "grey"), [("#ffffff", INK, GREY), ("#1e2129", DARK[INK], DARK[GREY])])
def test_letters_have_enough_contrast(paper, ink, grey):
    """4.5 is what WCAG 2 asks for at level AA."""
    assert contrast(paper, ink) > 7
    assert contrast(paper, grey) > 4.5


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.svg")), ids=lambda path: path.stem)
def test_pictures_are_as_wide_as_a_page(path):
    width = float(re.search(r'width="([\d.]+)pt"', path.read_text(encoding="utf-8"))[1])
    assert width <= POINTS * WIDTH * 1.06
