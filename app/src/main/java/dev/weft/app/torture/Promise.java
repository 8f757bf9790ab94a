package dev.weft.app.torture;

import java.io.IOException;
import java.util.List;

/** Something that must hold of what a killed victim left. */
interface Promise {

  /**
   * Reads a copy of what was left and holds it against what was told.
   *
   * @return what is not as promised, in words
   */
  List<String> broken(VictimFolder left, Ledger ledger) throws IOException;
}
