package dev.weft.cluster.frame;

/** Where a session's frames run. */
sealed interface Place {

  /**
   * On one node.
   *
   * @param node its id over all sites, {@code site/name}
   * @param process number of the process there
   * @param tenant whose the session is
   */
  record At(String node, long process, String tenant) implements Place {}

  /**
   * On any: the session is not open, so there is nothing its frames would add to.
   *
   * @param isClosed whether it was open once
   */
  record Anywhere(boolean isClosed) implements Place {

    /** Of a session that was not open yet, as far as is known. */
    Anywhere() {
      this(false);
    }
  }

  /**
   * It cannot be told now.
   *
   * @param why for people
   */
  record Unknown(String why) implements Place {}
}
