package dev.weft.link.outbox;

import dev.weft.persistence.outbox.FolderSink;
import dev.weft.persistence.outbox.Sink;
import java.io.IOException;

/** The contract on a folder. */
class FolderSinkTest extends SinkContract {

  @Override
  Sink open() throws IOException {
    return FolderSink.open(disk);
  }

  @Override
  void kill() {}
}
