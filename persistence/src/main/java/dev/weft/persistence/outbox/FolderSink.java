package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A sink that is a folder of batches, as {@link Inbox} keeps them. */
public final class FolderSink implements Sink {

  private final Inbox inbox;

  private FolderSink(Inbox inbox) {
    this.inbox = inbox;
  }

  /** The folder behind {@code disk}, which nobody else may hold. */
  public static FolderSink open(Disk disk) throws DiskException {
    return new FolderSink(Inbox.open(disk, BatchCodec.BODY_BYTES_MAX));
  }

  @Override
  public CompletionStage<Delivery> deliver(byte[] envelope) {
    return CompletableFuture.completedFuture(inbox.receive(envelope));
  }

  @Override
  public CompletionStage<Delivery> reached(String source) {
    return CompletableFuture.completedFuture(new Delivery.Acknowledged(inbox.through(source)));
  }

  @Override
  public void close() {
    inbox.close();
  }
}
