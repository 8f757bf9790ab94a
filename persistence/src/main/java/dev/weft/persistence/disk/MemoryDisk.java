package dev.weft.persistence.disk;

import dev.weft.persistence.disk.DiskException.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Files on the heap, gone with the process. */
public final class MemoryDisk implements Disk {

  private static final int FIRST_BYTES = 4_096;

  private final TreeMap<String, HeapFile> files = new TreeMap<>();
  private boolean locked;

  @Override
  public synchronized DiskFile create(String name) throws DiskException {
    if (files.containsKey(name)) {
      throw new DiskException(Kind.FAILED, name + ": already there");
    }
    var file = new HeapFile();
    files.put(name, file);
    return file;
  }

  @Override
  public synchronized DiskFile open(String name) throws DiskException {
    var file = files.get(name);
    if (file == null) {
      throw new DiskException(Kind.ABSENT, name + ": not there");
    }
    return file;
  }

  @Override
  public synchronized List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public synchronized long size(String name) {
    var file = files.get(name);
    return file == null ? -1 : file.size();
  }

  @Override
  public synchronized void delete(String name) {
    files.remove(name);
  }

  @Override
  public synchronized void rename(String from, String to) throws DiskException {
    var file = files.remove(from);
    if (file == null) {
      throw new DiskException(Kind.ABSENT, from + ": not there");
    }
    files.put(to, file);
  }

  @Override
  public void force() {}

  @Override
  public synchronized DiskLock lock(String name) throws DiskException {
    if (locked) {
      throw new DiskException(Kind.LOCKED, "memory: in use (expected: one store at a time)");
    }
    locked = true;
    return this::unlock;
  }

  private synchronized void unlock() {
    locked = false;
  }

  private static final class HeapFile implements DiskFile {

    private byte[] bytes = new byte[FIRST_BYTES];
    private int size;

    @Override
    public synchronized long size() {
      return size;
    }

    @Override
    public synchronized void append(ByteBuffer more) throws DiskException {
      var needed = (long) size + more.remaining();
      if (needed > Integer.MAX_VALUE - FIRST_BYTES) {
        throw new DiskException(Kind.FULL, "memory: a file of %d bytes".formatted(needed));
      }
      if (needed > bytes.length) {
        var doubled = Math.min(2L * bytes.length, Integer.MAX_VALUE - FIRST_BYTES);
        bytes = Arrays.copyOf(bytes, (int) Math.max(needed, doubled));
      }
      var count = more.remaining();
      more.get(bytes, size, count);
      size += count;
    }

    @Override
    public synchronized int read(long position, ByteBuffer into) {
      var count = (int) Math.clamp(size - position, 0, into.remaining());
      if (count > 0) {
        into.put(bytes, (int) position, count);
      }
      return count;
    }

    @Override
    public synchronized void truncate(long to) {
      size = (int) Math.min(size, to);
    }

    @Override
    public void force() {}

    @Override
    public void close() {}
  }
}
