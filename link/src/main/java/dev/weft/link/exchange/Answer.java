package dev.weft.link.exchange;

/** How a request ended. */
public sealed interface Answer {

  /**
   * It was carried out.
   *
   * @param payload must not be written again
   */
  record Done(byte[] payload) implements Answer {}

  /**
   * There is no answer.
   *
   * @param mayHaveRun whether it was, or may have been, carried out all the same; if not, it can be
   *     asked of somebody else without a second effect
   * @param detail for people; cut to {@value #DETAIL_CHARACTERS_MAX} characters, as it is
   *     remembered
   */
  record Refused(Reason reason, boolean mayHaveRun, String detail) implements Answer {

    static final int DETAIL_CHARACTERS_MAX = 1_000;

    public Refused {
      detail = detail.substring(0, Math.min(DETAIL_CHARACTERS_MAX, detail.length()));
    }

    /** One that certainly had no effect. */
    public static Refused before(Reason reason, String detail) {
      return new Refused(reason, false, detail);
    }

    /** One that may have had its effect. */
    public static Refused perhapsAfter(Reason reason, String detail) {
      return new Refused(reason, true, detail);
    }
  }
}
