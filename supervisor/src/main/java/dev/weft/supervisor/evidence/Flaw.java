package dev.weft.supervisor.evidence;

/**
 * The first thing in an evidence file that is not as it was written.
 *
 * @param line counts from 1
 * @param field of that line, such as {@code hash}; {@code line} where it is none of them
 * @param what the value there and, in brackets, the one expected
 * @param isTorn whether it is a last line without its end, as a process or a disk that stopped in
 *     mid-write leaves; nothing before it is touched
 */
public record Flaw(long line, String field, String what, boolean isTorn) {

  /** In a sentence, to stand behind the file's name. */
  @Override
  public String toString() {
    return "line %d: %s: %s".formatted(line, field, what);
  }
}
