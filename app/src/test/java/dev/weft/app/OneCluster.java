package dev.weft.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets one class of tests at a time have a cluster of processes, whichever JVM runs it: two of them
 * starve each other on a small machine.
 */
final class OneCluster implements BeforeAllCallback, AfterAllCallback {

  private static final Path FILE =
      Path.of(System.getProperty("java.io.tmpdir"), "weft-one-cluster.lock");

  private Optional<FileChannel> turn = Optional.empty();

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    var channel = FileChannel.open(FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    turn = Optional.of(channel);
    channel.lock();
    Packed.use();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (turn.isPresent()) {
      turn.get().close();
    }
  }
}
