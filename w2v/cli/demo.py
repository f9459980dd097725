"""``w2v demo``: train on the generated world, and on gensim's small news corpus if available, and show the results."""

import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from w2v.atomic_files import atomic_write
from w2v.cli.command import command, quiet_option
from w2v.cli.evaluate import score_analogies
from w2v.cli.output import emit, json_option
from w2v.config import TextOptions, TrainConfig
from w2v.corpora import analogies, similarity_pairs, write
from w2v.corpus.encode import encode
from w2v.errors import MissingExtraError
from w2v.evaluation import dataset, evaluate_pairs
from w2v.training.train import train
from w2v.training.trained_model import TrainedModel

WORLD_WORDS = 1_000_000
SHOWN_WORDS = ("france", "queen", "sang")
SHOWN_ANALOGIES = (
    ("paris", "france", "rome"),
    ("king", "queen", "prince"),
    ("swim", "swam", "sing"),
    ("cat", "cats", "dog"),
)
NEWS = "lee_background.cor"
NEWS_WORDS = ("police", "australia", "economy")


@command()
@quiet_option
@json_option
def demo(quiet: bool, as_json: bool) -> None:
    """Train on a small example and show what was learned.

    The example is a generated text about a small world and, if gensim is installed, the news corpus that comes with it.
    """
    with tempfile.TemporaryDirectory(prefix="w2v-demo-") as folder:
        world, text = demonstrate_world(Path(folder), False if quiet else None)
    result, parts = {"world": world}, [text]
    with suppress(MissingExtraError):  # the second example needs gensim's corpus
        path = dataset("questions-words").with_name(NEWS)
        result["news"], text = demonstrate_news(path, False if quiet else None)
        parts.append(text)
    w2v = "w2v" if shutil.which("w2v") or Path(sys.argv[0]).name != "w2v" else sys.argv[0]  # as it can be called here
    parts.append(
        f"For your own text:  {w2v} train TEXT -o vectors.safetensors  and then  {w2v} neighbors vectors.safetensors WORD"
    )
    emit(result, "\n\n".join(parts), as_json)


def demonstrate_world(folder: Path, progress: bool | None) -> tuple[dict[str, Any], str]:
    """Train on a million words about a small world, whose analogies are known."""
    corpus, questions, pairs = folder / "world.txt", folder / "analogies.txt", folder / "pairs.tsv"
    write(corpus, WORLD_WORDS)
    for path, content in ((questions, analogies()), (pairs, similarity_pairs())):
        with atomic_write(path) as file:
            file.write(content.encode())
    model = train(encode(corpus, progress=progress), progress=progress)
    scores, table = score_analogies(model.vectors, str(questions))
    result, lines = _describe(model, f"A generated world of {model.ledger['read']:,} words", SHOWN_WORDS)
    answers = {}
    for a, b, c in SHOWN_ANALOGIES:
        answers[f"{a} : {b} = {c} : ?"] = model.vectors.most_similar(positive=[b, c], negative=[a], topn=1)[0]
    lines += [f"  {question:32} {word} ({score:.2f})" for question, (word, score) in answers.items()]
    lines += ["  " + line for line in table.splitlines()]
    result |= {"answers": answers, "analogies": scores}
    with suppress(MissingExtraError):  # scipy
        similarity = evaluate_pairs(model.vectors.index_to_key, model.vectors.vectors, pairs)
        result["similarity"] = similarity.to_dict()
        lines.append(f"  similarity: {similarity}")
    return result, "\n".join(lines)


def demonstrate_news(path: Path, progress: bool | None) -> tuple[dict[str, Any], str]:
    """Train on 300 news articles, which have too few words for analogies, but enough for neighbours."""
    corpus = encode(path, text=TextOptions("words"), progress=progress)
    model = train(corpus, TrainConfig(epochs=20), progress=progress)
    result, lines = _describe(model, f"300 news articles, {model.ledger['read']:,} words", NEWS_WORDS)
    return result, "\n".join(lines)


def _describe(model: TrainedModel, title: str, words: tuple[str, ...]) -> tuple[dict[str, Any], list[str]]:
    near = model.vectors.most_similar_batch(list(words), topn=5)
    seconds = sum(report.seconds for report in model.reports)
    speed = sum(report.tokens for report in model.reports) / seconds
    lines = [f"{title}: {len(model):,} vectors, {speed:,.0f} words/s, loss {model.reports[-1].loss:.4f}"]
    lines += [
        f"  {word:10} -> {', '.join(f'{w} ({s:.2f})' for w, s in found)}"
        for word, found in zip(words, near, strict=True)
    ]
    neighbours = dict(zip(words, near, strict=True))
    return {
        "vocabulary": len(model),
        "words_per_second": speed,
        "loss": model.reports[-1].loss,
        "neighbors": neighbours,
    }, lines
