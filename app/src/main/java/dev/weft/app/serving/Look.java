package dev.weft.app.serving;

import java.util.List;

/** What came of a look at the files. */
sealed interface Look {

  /** A change was taken. */
  record Taken(String sentence) implements Look {}

  /** They say what is served. */
  record AsBefore() implements Look {}

  /** They changed again, so that nothing was done. */
  record Changing() implements Look {}

  /** They have not the model that was asked for, but these. */
  record Unknown(List<String> there) implements Look {}

  /** Nothing was done. */
  record Refused(String why) implements Look {}
}
