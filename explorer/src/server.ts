// Where the page is served (w2v explore --serve): neighbours and answers among all words of the model, not only those here.

import type { App } from "./app";
import { announce } from "./dom";
import type { Hit } from "./vectors";

/** What was asked: still under way, answered, or refused, with the reason. */
export type Answer = { hits: Hit[]; problem: string | null; waiting: boolean };

/** What the server says of what was asked, such as that a word is unknown: asking again gives the same. */
class Refusal extends Error {}

const MOST_KEPT = 500;

export class Server {
  private readonly answers = new Map<string, Answer>();

  constructor(
    private readonly app: App,
    readonly words: number,
  ) {}

  /** The server of this page, if it has one. */
  static of(app: App): Server | null {
    const known = document.querySelector<HTMLMetaElement>('meta[name="w2v-server"]');
    return known ? new Server(app, Number(known.content)) : null;
  }

  neighbours(plus: string[], minus: string[], k: number): Answer {
    const asked = new URLSearchParams({ k: String(k) });
    for (const word of plus) asked.append("positive", word);
    for (const word of minus) asked.append("negative", word);
    return this.ask(`neighbors?${asked}`, "neighbors");
  }

  analogy([a, b, c]: [string, string, string], method: "3cosadd" | "3cosmul", k: number): Answer {
    return this.ask(`analogy?${new URLSearchParams({ a, b, c, method, k: String(k) })}`, "answers");
  }

  private ask(address: string, member: "neighbors" | "answers"): Answer {
    let answer = this.answers.get(address);
    if (!answer) {
      answer = { hits: [], problem: null, waiting: true };
      if (this.answers.size >= MOST_KEPT) this.answers.clear();
      this.answers.set(address, answer);
      void this.fetch(address, member, answer);
    }
    return answer;
  }

  private async fetch(address: string, member: string, answer: Answer): Promise<void> {
    let failed = false;
    try {
      const response = await fetch(address);
      const said = await response.json();
      if (!response.ok) throw new (response.status < 500 ? Refusal : Error)(said?.error?.message ?? response.statusText);
      answer.hits = (said[member] as { word: string | number; score: number }[]).map(({ word, score }) => ({ word: this.app.place(String(word)), score }));
    } catch (problem) {
      answer.problem = problem instanceof TypeError ? "The server does not answer: it may have been stopped." : String(problem instanceof Error ? problem.message : problem);
      announce(answer.problem);
      failed = !(problem instanceof Refusal);
    }
    answer.waiting = false;
    this.app.render();
    if (failed) this.answers.delete(address); // now that it was shown: whoever asks again may be luckier
  }
}
