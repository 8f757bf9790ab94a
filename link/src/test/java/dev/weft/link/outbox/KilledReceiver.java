package dev.weft.link.outbox;

import dev.weft.link.identity.Security;
import dev.weft.persistence.disk.FolderDisk;
import dev.weft.persistence.outbox.Inbox;
import java.nio.file.Path;

/** A process that receives until it is killed. */
final class KilledReceiver {

  private KilledReceiver() {}

  public static void main(String[] args) throws Exception {
    try (var inbox = Inbox.open(FolderDisk.at(Path.of(args[0])), 1 << 24);
        var receiver =
            LinkReceiver.listen(
                "127.0.0.1", Integer.parseInt(args[1]), inbox, 1 << 24, Security.none())) {
      System.out.println("listening");
      receiver.await();
    }
  }
}
