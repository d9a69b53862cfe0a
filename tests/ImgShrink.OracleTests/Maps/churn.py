"""Fills a folder with files of all sizes, most of which are deleted again, so that free space lies everywhere.

Usage: churn.py <folder> <seed> <bytes to write in each of three rounds> [keep]

With "keep" nothing is deleted. The same arguments give the same files.
"""

import os
import random
import sys


def main():
    folder, seed, target = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    paths = []
    for turn in range(3):
        written = 0
        while written < target:
            number = len(paths)
            directory = f"{folder}/round {turn}/dir {number % 9}"
            os.makedirs(directory, exist_ok=True)
            name = chance.choice(["file", "Übergröße", "a name that is longer than any short one"])
            paths.append(f"{directory}/{name} {number}")
            size = min(int(chance.paretovariate(0.6) * 700), 1 << 22)
            with open(paths[-1], "wb") as file:
                file.write(chance.randbytes(size))
                file.flush()
                # In turns, so that it lies on the medium before it is deleted.
                if number % 50 == 0:
                    os.fsync(file.fileno())
            written += size
        if "keep" not in sys.argv:
            os.sync()
            present = [path for path in paths if os.path.exists(path)]
            for path in chance.sample(present, len(present) * 6 // 10):
                os.remove(path)


main()
