package dev.weft.link.blob;

import java.io.IOException;
import java.util.Optional;

/** Where files are by digest. For any number of threads. */
public interface BlobSource {

  /**
   * A piece of a file.
   *
   * @param length most bytes of it
   * @return empty if the file is not there
   * @throws IOException if it cannot be read
   */
  Optional<Piece> read(BlobDigest digest, long offset, int length) throws IOException;

  /**
   * A piece.
   *
   * @param total bytes of the whole file
   * @param content must not be written again; empty at the end
   */
  record Piece(long total, byte[] content) {}
}
