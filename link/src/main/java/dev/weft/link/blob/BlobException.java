package dev.weft.link.blob;

import java.io.IOException;

/** Says why a file could not be brought. What had arrived is kept, unless it is wrong. */
public final class BlobException extends IOException {

  private static final long serialVersionUID = 1L;

  BlobException(String message) {
    super(message);
  }
}
