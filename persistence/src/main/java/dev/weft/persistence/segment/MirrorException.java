package dev.weft.persistence.segment;

import java.io.IOException;

/** A mirror and what it is to be a mirror of do not fit together; nothing was changed. */
public final class MirrorException extends IOException {

  private static final long serialVersionUID = 1L;

  MirrorException(String message) {
    super(message);
  }
}
