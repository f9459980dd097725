"""Time a page of `w2v explore` in a headless browser without a graphics processor: opening, queries, zooming.

    python benchmarks/explorer.py PAGE ... [--browser /usr/bin/chromium] [--rounds 10]

Milliseconds, as min / median / max. Opened: from asking for the file to the first drawn map. Query: 20 nearest of one word.
Asked: query, list and marks on the map. Frame: computing one while zooming; shown: between two that the browser shows.
"""

import argparse
import shutil
import statistics
from pathlib import Path
from typing import Any

from machine import show
from playwright.sync_api import Browser, sync_playwright

MEASURE = """async () => {
  const [app, frames, shown] = [window.w2v, [], []];
  const timed = (times, step) => Array.from({ length: times }, (_, i) => {
    const start = performance.now(); step(i * 37 + 5); return performance.now() - start;
  });
  const query = timed(50, (word) => app.vectors[0].neighbours([word], [], 20));
  const asked = timed(50, (word) => app.ask(word, true));
  const typed = timed(20, () => app.lookup.complete('goverment', 10));
  app.clear();
  app.stage.view.set({ zoom: 1, x: 0, y: 0 });
  let last = 0;
  for (let i = 0; i < 120; i++) {
    app.stage.view.zoomAt(i < 60 ? 1.05 : 1 / 1.05);
    const now = await new Promise(requestAnimationFrame);
    if (i > 1) { shown.push(now - last); frames.push(app.stage.frame); }
    last = now;
  }
  return { query, asked, typed, frames, shown };
}"""


def measured(browser: Browser, page: Path, rounds: int) -> dict[str, Any]:
    """Return the row of one page."""
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        tab = browser.new_page(viewport={"width": 1280, "height": 800})
        tab.goto(page.resolve().as_uri())
        while not (opened := tab.evaluate("window.w2v?.stage.opened ?? 0")):
            tab.wait_for_timeout(20)
        for name, values in {"opened": [opened], **tab.evaluate(MEASURE)}.items():
            found.setdefault(name, []).extend(values)
        words = tab.evaluate("w2v.data.words.length")
        tab.close()
    spread = {name: f"{min(v):.1f} / {statistics.median(v):.1f} / {max(v):.1f}" for name, v in found.items()}
    return {"page": page.name, "words": words, "MB": page.stat().st_size / 1e6, **spread}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--browser", default=shutil.which("chromium"))
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=options.browser, args=["--no-sandbox", "--disable-gpu"])
        rows = [measured(browser, page, options.rounds) for page in options.pages]
        version = browser.version
        browser.close()
    show("explorer", rows, list(rows[0]), browser=version, rounds=options.rounds)


if __name__ == "__main__":
    main()
