package dev.weft.persistence.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What a disk would not do, and of which kind that is. */
public final class DiskException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Kinds that a caller can act on. */
  public enum Kind {
    /** No room; deleting something may help. */
    FULL,
    /** There is no such file. */
    ABSENT,
    /** Another owner holds the folder. */
    LOCKED,
    /** Everything else: the device or the system failed. */
    FAILED
  }

  private final Kind kind;

  public DiskException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public DiskException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong, in words, without the place, which the caller names, and any class name. */
  public static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "not there";
      case FileAlreadyExistsException _ -> "there already";
      case AccessDeniedException _ -> "no permission";
      case NotDirectoryException _ -> "not a folder";
      case FileSystemException told when told.getReason() != null ->
          String.valueOf(told.getReason());
      default -> e.getMessage() == null || e.getMessage().isBlank() ? "it failed" : e.getMessage();
    };
  }

  public Kind kind() {
    return kind;
  }
}
