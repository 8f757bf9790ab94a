package dev.weft.persistence.mirror;

import dev.weft.persistence.disk.Disk;
import java.io.IOException;
import java.util.List;

/** Where a standby keeps what it mirrors of one owner: a folder for each source of it. */
public interface MirrorShelf {

  /** The sources of which there is something. */
  List<String> sources() throws IOException;

  /** The disk of a mirror, made if it is not there. */
  Disk mirror(String source) throws IOException;

  /** The disk of the cursors beside it. */
  Disk cursors(String source) throws IOException;

  /** Has a mirror that is closed be there no more, and its cursors: all of it or nothing. */
  void delete(String source) throws IOException;
}
