// What stands on the picture: colours, lasso, zoom, legend.

import type { App } from "./app";
import { button, h } from "./dom";
import { WHOLE } from "./state";

export function toolbar(app: App): { element: HTMLElement; update: () => void } {
  const { stage } = app;
  const colour = h("select", { "aria-label": "Colour of the dots", change: () => app.go({ colour: colour.value }) });
  const lasso = button("Lasso", () => {
    stage.lassoing = !stage.lassoing;
    update();
  }, { title: "Draw around words; or hold Shift and drag" });
  const inView = button("List in view", () => app.select(stage.visible()), { title: "List the words that can be seen" });
  const zoom = h(
    "div",
    { class: "tools zoom" },
    button("+", () => stage.view.zoomAt(1.6), { "aria-label": "Zoom in" }),
    button("\u2212", () => stage.view.zoomAt(1 / 1.6), { "aria-label": "Zoom out" }),
    button("Fit", () => stage.view.go(WHOLE), { "aria-label": "Fit everything" }),
  );
  const choose = h("div", { class: "tools top" }, h("label", {}, h("span", {}, "Colour"), colour), lasso, inView);
  const legend = h("div", { class: "legend" });
  const element = h("div", { class: "overlay" }, choose, zoom, legend);

  function update(): void {
    const choices = app.colouring.choices();
    if (colour.childElementCount !== choices.length) colour.replaceChildren(...choices.map(([value, label]) => h("option", { value }, label)));
    colour.value = app.colouring.chosen;
    lasso.setAttribute("aria-pressed", String(stage.lassoing));
    stage.element.classList.toggle("lassoing", stage.lassoing);
    legend.replaceChildren(...app.colouring.legend());
    const drawn = !stage.element.hidden;
    element.hidden = !drawn;
    lasso.hidden = inView.hidden = !app.onMap && app.state.view !== "axes";
  }

  stage.reserved = () => {
    const from = stage.element.getBoundingClientRect();
    const boxes = [choose, zoom, legend].map((part) => part.getBoundingClientRect());
    return boxes.map(({ x, y, width, height }) => ({ x: x - from.x, y: y - from.y, width, height }));
  };
  return { element, update };
}
