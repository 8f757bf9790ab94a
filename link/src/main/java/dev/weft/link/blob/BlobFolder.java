package dev.weft.link.blob;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Files in a folder, each called by its digest. */
public final class BlobFolder implements BlobSource {

  private final Path folder;

  public BlobFolder(Path folder) {
    this.folder = folder;
  }

  /** Where a file is, or would be. */
  public Path file(BlobDigest digest) {
    return folder.resolve(digest.hex());
  }

  @Override
  public Optional<Piece> read(BlobDigest digest, long offset, int length) throws IOException {
    return BlobFile.read(file(digest), offset, length);
  }
}
