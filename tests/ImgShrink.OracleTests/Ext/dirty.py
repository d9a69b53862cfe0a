"""Works in a mounted volume and copies its image while it is mounted: the copy is what a power cut would leave.

Usage: dirty.py <image> <copy> <seed> <step>...

What is done is committed by fsync, which fills the log and leaves the old metadata in its place; sync would write both.
"""

import os
import random
import shutil
import subprocess
import sys

MAGIC = bytes.fromhex("c03b3998")
kept_open = []


def commit():
    file = os.open("committed", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.write(file, b"x")
    os.fsync(file)
    os.close(file)


def write(path, content, now=False):
    """Blocks are allocated when the content is written back: now, or at some time."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        if now:
            os.fsync(file.fileno())


def many(folder, chance, count):
    os.makedirs(folder)
    for index in range(count):
        if index % 7 == 0:
            os.mkdir(f"{folder}/dir{index}")
        write(f"{folder}/dir{index - index % 7}/file{index}", chance.randbytes(chance.randrange(20000)), now=index % 5 == 0)


def files(chance):
    many("files", chance, 150)
    commit()
    os.rename("files/dir0", "files/renamed")
    os.setxattr("files/dir7", "user.some", b"v" * 200)
    commit()


def revokes(chance):
    """Blocks of directories that are freed, and then hold file content: older copies of them are in the log."""
    for turn in range(4):
        many("short-lived", chance, 120)
        commit()
        shutil.rmtree("short-lived")
        commit()
        write(f"content{turn}", chance.randbytes(900_000), now=True)
        commit()


def escapes(_):
    """Blocks that begin as those of the journal do; they are logged on a volume mounted with data=journal."""
    for index in range(20):
        write(f"escaped{index}", (MAGIC + bytes([index]) * 2000) * 4)
        write(f"magic{index}", MAGIC)
    write("escaped", b"".join((MAGIC + bytes(60)).ljust(4096, b"e") for _ in range(30)))
    commit()


def wrap(chance):
    """More than the log has room for, again and again."""
    for turn in range(40):
        many(f"wrap{turn % 3}", chance, 100)
        commit()
        if turn % 3 == 2:
            for index in range(3):
                shutil.rmtree(f"wrap{index}")
        commit()


def fast(_):
    """With fast commits each fsync is one, but for the first."""
    for index in range(30):
        write(f"fast{index}", b"f" * 5000, now=True)


def settle(_):
    """What cannot be a fast commit: a transaction of its own, behind all that there are."""
    os.mkdir("settled")
    os.setxattr("settled", "user.some", b"v" * 200)
    commit()
    commit()
    write("settled/file", b"s" * 100, now=True)
    os.setxattr("settled/file", "user.some", b"v" * 200)
    commit()


def orphans(chance):
    """Deleted while open: files of all kinds, with blocks, nodes and attributes of their own and shared ones."""
    os.mkdir("orphans")
    for index in range(12):
        path = f"orphans/file{index}"
        with open(path, "wb") as file:
            for run in range(1, 1 + index * 20):
                file.seek(run * 16384)
                file.write(b"o" * 3000)
            file.flush()
            os.fsync(file.fileno())
        os.setxattr(path, "user.shared", b"v" * 300)
        kept_open.append(os.open(path, os.O_RDONLY))
    write("orphans/stays", b"s" * 3000)
    os.setxattr("orphans/stays", "user.shared", b"v" * 300)
    os.symlink("/" + "y" * 900, "orphans/slow")
    os.symlink("fast", "orphans/fast")
    os.mkfifo("orphans/fifo")
    os.mkdir("orphans/directory")
    for name in "slow", "fast", "fifo", "directory":
        kept_open.append(os.open(f"orphans/{name}", os.O_PATH | os.O_NOFOLLOW))
    commit()
    for index in range(12):
        os.remove(f"orphans/file{index}")
    for name in "slow", "fast", "fifo":
        os.remove(f"orphans/{name}")
    os.rmdir("orphans/directory")
    commit()


def values(_):
    """Attributes too long for a block, which are in inodes of their own; shared by files that stay and files that do not."""
    for index in range(6):
        write(f"values{index}", b"v" * 3000, now=True)
        os.setxattr(f"values{index}", "user.shared", b"s" * 9000)
        os.setxattr(f"values{index}", "user.own", bytes([index]) * 7000)
        kept_open.append(os.open(f"values{index}", os.O_RDONLY))
    commit()
    for index in range(4):
        os.remove(f"values{index}")
    commit()


def main():
    image, copy, seed, *steps = sys.argv[1:]
    chance = random.Random(int(seed))
    for step in steps:
        globals()[step](chance)
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)


main()
