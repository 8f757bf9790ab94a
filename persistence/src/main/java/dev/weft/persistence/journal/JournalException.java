package dev.weft.persistence.journal;

/** A journal that cannot be used, and why. */
public final class JournalException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Code {
    /** Another process, or another part of this one, has the journal open. */
    IN_USE,
    /** The database or its folder does not answer. */
    UNREACHABLE,
    /** The settings name no journal. */
    SETTINGS,
    /** A newer Weft made the schema, which this one would not understand. */
    SCHEMA_NEWER,
    /** The schema is missing or old, and this start does not upgrade it. */
    SCHEMA_OLDER,
    /** The database refused what was asked of it. */
    FAILED,
    /** An entity has nothing left that it could be built from. */
    UNREPAIRABLE
  }

  private final Code code;

  JournalException(Code code, String message) {
    super(message);
    this.code = code;
  }

  JournalException(Code code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
