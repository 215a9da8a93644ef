"""Copy the raw images into the repository: one PNG an image, a folder for each label."""

import shutil

SOURCE = "../raw"


def main():
    """Make data/raw."""
    # From a local folder, not from a bucket: that would cost a request an image.
    shutil.copytree(SOURCE, "data/raw", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
