"""What a disk holds after the power was cut, if it forgets whatever it was not told to keep.

A file keeps what it held at its last fsync, a folder the names that it held at its last fsync. A move between two folders
is one change: bringing either folder to the disk brings it there, as in every file system with a journal. From the diary
that faults.c keeps of a run, `after_cut` works out the tree at any moment, in one of several ways:

  nothing   what was not brought to the disk is gone
  names     every change of a name is there, though no contents that were not brought to the disk
  some      each folder that was not brought to the disk holds its old names or its new ones, as chance wants
"""

import copy
import hashlib
import json
import os
import shutil

WAYS = ["nothing", "names", "some"]


class Node:
    """A file with what the disk holds of it, or a folder with its names: as they are, and as the disk holds them."""

    def __init__(self, is_folder, inode=0, contents=b""):
        self.is_folder, self.inode, self.contents = is_folder, inode, contents
        self.now, self.kept = {}, {}


class Op:
    def __init__(self, line, root):
        self.what, inode, path, other = line.split("\t")
        self.inode = int(inode)
        self.path = os.path.relpath(os.path.normpath(path), root)
        self.contents = None
        self.other = other
        if self.what == "sync":
            with open(other, "rb") as file:
                self.contents = file.read()
        elif other:
            self.other = os.path.relpath(os.path.normpath(other), root)

    @property
    def words(self):
        return f"{self.what} {self.path}"


def read_diary(folder):
    root = folder.removesuffix(".diary")
    with open(os.path.join(folder, "ops")) as file:
        return [Op(line, root) for line in file.read().splitlines()]


class Tree:
    def __init__(self):
        self.top = Node(True)

    @staticmethod
    def of(folder):
        """A folder as it is, all of it on the disk."""
        tree = Tree()

        def fill(node, path):
            for entry in os.scandir(path):
                status = entry.stat(follow_symlinks=False)
                inner = Node(entry.is_dir(follow_symlinks=False), status.st_ino)
                node.now[entry.name] = node.kept[entry.name] = inner
                if inner.is_folder:
                    fill(inner, entry.path)
                else:
                    with open(entry.path, "rb") as file:
                        inner.contents = file.read()

        fill(tree.top, folder)
        return tree

    def folder(self, path):
        node = self.top
        for part in path.split("/"):
            if part not in ("", "."):
                node = node.now[part]
        return node

    def entry(self, path):
        return self.folder(os.path.dirname(path)), os.path.basename(path)

    def carry_out(self, op, linked):
        """One call. `linked` holds the names that only change together."""
        if op.what == "syncdir":
            keep(self.folder(op.path), linked)
        elif op.what == "sync":
            folder, name = self.entry(op.path)
            if name in folder.now:
                folder.now[name].contents = op.contents
        elif op.what in ("create", "mkdir"):
            folder, name = self.entry(op.path)
            folder.now[name] = Node(op.what == "mkdir", op.inode)
        elif op.what == "unlink":
            folder, name = self.entry(op.path)
            folder.now.pop(name, None)
        else:
            (a, old), (b, new) = self.entry(op.path), self.entry(op.other)
            if op.what == "exchange":
                a.now[old], b.now[new] = b.now[new], a.now[old]
            elif op.what == "link":
                b.now[new] = a.now[old]
            else:
                b.now[new] = a.now.pop(old)
            if op.what != "link" and a is not b:
                linked.append(((a, old), (b, new)))

    @property
    def digest(self):
        """What tells one tree from another."""
        sum = hashlib.sha256()

        def add(node):
            sum.update(b"(" if node.is_folder else hashlib.sha256(node.contents).digest())
            for name in sorted(node.kept):
                sum.update(name.encode() + b"\0" + str(node.kept[name].inode).encode() + b"\0")
                add(node.kept[name])
            sum.update(b")")

        add(self.top)
        return sum.digest()

    def put(self, folder):
        """Makes a folder what the disk holds. Files get new numbers; the journal, which names some, is given those."""
        for entry in os.scandir(folder):
            shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else os.remove(entry.path)
        numbers, journals = {}, []

        def fill(node, path):
            for name, inner in node.kept.items():
                place = os.path.join(path, name)
                if inner.is_folder:
                    os.mkdir(place, 0o700 if name.startswith(".almanac-") else 0o755)
                    fill(inner, place)
                else:
                    with open(place, "wb") as file:
                        file.write(inner.contents)
                    if name == "publication.json":
                        journals.append(place)
                numbers[inner.inode] = os.stat(place).st_ino

        fill(self.top, folder)
        for place in journals:
            with open(place) as file:
                journal = json.load(file)
            for move in journal["moves"]:
                move["identity"] = numbers.get(move["identity"], 0)
            with open(place, "w") as file:
                json.dump(journal, file)


def keep(folder, linked):
    """Brings the names of a folder to the disk, and with them the other halves of moves."""
    folder.kept = dict(folder.now)
    for move in [move for move in linked if folder in (move[0][0], move[1][0])]:
        if move not in linked:
            continue
        linked.remove(move)
        for side, name in move:
            if side is folder:
                continue
            if name in side.now:
                side.kept[name] = side.now[name]
            else:
                side.kept.pop(name, None)


def after_cut(before, ops, way, generator):
    """The tree that the disk holds where the power is cut after these calls."""
    tree, linked = copy.deepcopy(before), []
    for op in ops:
        tree.carry_out(op, linked)
    def settle(node):
        if way == "names" or way == "some" and generator.random() < 0.5:
            keep(node, linked)
        for inner in list(node.kept.values()):
            if inner.is_folder:
                settle(inner)
    if way != "nothing":
        settle(tree.top)
    return tree
