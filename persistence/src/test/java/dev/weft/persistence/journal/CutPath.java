package dev.weft.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** Files of a process that ends at a given write: that one and all later ones change nothing. */
public final class CutPath extends FilePathWrapper {

  static final String SCHEME = "cut";

  private static volatile long writesLeft = Long.MAX_VALUE;

  /** Begins anew, with so many writes to come. */
  static void after(long writes) {
    FilePath.register(new CutPath());
    writesLeft = writes;
  }

  static boolean isOver() {
    return writesLeft < 0;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return new CutChannel(
        FileChannel.open(
            Path.of(getBase().toString()),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE));
  }

  private static synchronized boolean isLost() {
    return isOver() || --writesLeft < 0;
  }

  private static final class CutChannel extends FileBaseDefault {

    private final FileChannel file;

    CutChannel(FileChannel file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      if (!isLost()) {
        return file.write(from, position);
      }
      var count = from.remaining();
      from.position(from.limit());
      return count;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void force(boolean withMetadata) {}

    @Override
    protected void implTruncate(long size) throws IOException {
      if (!isLost()) {
        file.truncate(size);
      }
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return file.tryLock(position, size, shared);
    }
  }
}
