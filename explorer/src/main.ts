// Opens the page.

import { App } from "./app";
import { read } from "./data";
import { h } from "./dom";

declare global {
  interface Window {
    w2v?: App; // for tests and for the curious
  }
}

try {
  window.w2v = new App(read());
} catch (problem) {
  document.getElementById("panel")?.replaceChildren(
    h("p", { role: "alert" }, `This page is damaged, or the browser is too old: ${problem instanceof Error ? problem.message : problem}`),
  );
  throw problem;
}
