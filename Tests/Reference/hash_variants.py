"""Figures for the variants of MurmurHash3_x86_32, by Python's integers; the plain one is checked against mmh3 5.3.1.

Run: python3 hash_variants.py; the numbers stand in Tests/SkewlabComponentsTests/HashVariantTests.swift.
"""

import mmh3

MASK = 0xFFFFFFFF


def rotated(x, k):
    return (x << k | x >> (32 - k)) & MASK


def mixed(k):
    return rotated(k * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK


def murmur3(text, seed, tail):
    data = text.encode()
    h, whole = seed, len(data) // 4 * 4
    for i in range(0, whole, 4):
        h = (rotated(h ^ mixed(int.from_bytes(data[i:i + 4], "little")), 13) * 5 + 0xE6546B64) & MASK
    k = 0
    for i, byte in enumerate(data[whole:]):
        if tail == "signed":
            byte = (byte - 256 if byte > 127 else byte) & MASK  # what a signed char becomes in 32 bits
        k ^= byte << (8 * i) & MASK
    if len(data) > whole and tail != "none":
        h ^= mixed(k)
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK
    return h ^ h >> 16


for text in ["", "a", "shop", "North", "Zürich", "東京", "é"]:
    for seed in (0, 7):
        assert murmur3(text, seed, "all") == mmh3.hash(text, seed, signed=False)
        print(f'("{text}", {seed}, {murmur3(text, seed, "all")}, {murmur3(text, seed, "none")}, {murmur3(text, seed, "signed")}),')
