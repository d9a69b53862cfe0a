"""Files that the kernel encrypts: python3 encrypted.py make|list, in the root folder of a mounted volume.

The key is always the same one, so a volume can be mounted again and read.
"""

import fcntl
import hashlib
import os
import random
import struct
import sys

# include/uapi/linux/fscrypt.h
ADD_KEY, SET_POLICY, REMOVE_KEY = 0xC0506617, 0x800C6613, 0xC0406618
BY_IDENTIFIER = 2
AES_256_XTS, AES_256_CTS, PAD_32 = 1, 4, 3


def add_key(folder):
    """Gives the file system the key, and returns its identifier."""
    raw = bytes(range(64))
    argument = bytearray(struct.pack("<II32sII32x", BY_IDENTIFIER, 0, bytes(32), len(raw), 0) + raw)
    fcntl.ioctl(folder, ADD_KEY, argument)
    return bytes(argument[8:24])


def remove_key(folder, identifier):
    fcntl.ioctl(folder, REMOVE_KEY, bytearray(struct.pack("<II32sI20x", BY_IDENTIFIER, 0, identifier.ljust(32, b"\0"), 0)))


def make(identifier):
    chance = random.Random(7)
    with open("low", "wb") as low:
        low.write(bytes(20_000_000))
    os.mkdir("secret")
    folder = os.open("secret", os.O_RDONLY)
    fcntl.ioctl(folder, SET_POLICY, bytearray(struct.pack("<BBBB4x16s", 2, AES_256_XTS, AES_256_CTS, PAD_32, identifier)))
    os.close(folder)
    os.makedirs("secret/below/large")
    for index in range(300):
        with open(f"secret/below/large/name {index} {'x' * (index % 90)}", "wb") as file:
            file.write(chance.randbytes(chance.randrange(20_000)))
    os.symlink("below", "secret/short")
    os.symlink("y" * 200, "secret/long")
    os.sync()
    os.remove("low")


def show():
    for path, folders, files in os.walk("secret"):
        for name in sorted(folders + files):
            here = os.path.join(path, name)
            found = os.lstat(here)
            if os.path.islink(here):
                content = os.readlink(here)
            elif os.path.isfile(here):
                with open(here, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            else:
                content = ""
            print(here, oct(found.st_mode), found.st_nlink, found.st_mtime_ns, content)


def main():
    root = os.open(".", os.O_RDONLY)
    identifier = add_key(root)
    if sys.argv[1] == "make":
        make(identifier)
    else:
        show()
    os.sync()
    remove_key(root, identifier)
    os.close(root)


main()
