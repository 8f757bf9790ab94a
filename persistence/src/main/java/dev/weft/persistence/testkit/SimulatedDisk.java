package dev.weft.persistence.testkit;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.disk.DiskException;
import dev.weft.persistence.disk.DiskException.Kind;
import dev.weft.persistence.disk.DiskFile;
import dev.weft.persistence.disk.DiskLock;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A disk that keeps what was not forced apart and, on {@link #crash}, loses and tears it by seed.
 * The same seed and the same calls give the same bytes.
 *
 * <p>After a crash of the power a file keeps what was forced and a random part of what was not,
 * whose last bytes may be garbage. Files made, renamed or deleted since the folder was forced keep
 * their old or their new state, each by a coin. Files held open across the crash fail.
 */
public final class SimulatedDisk implements Disk {

  private final RandomGenerator random;
  private final TreeMap<String, Content> files = new TreeMap<>();
  private final TreeMap<String, Content> durable = new TreeMap<>();
  private long capacityBytes = Long.MAX_VALUE;
  private int generation;
  private boolean locked;
  private Fault onAppend = Fault.NONE;
  private Fault onForce = Fault.NONE;

  /** Called before an operation; fails or delays it. */
  public interface Fault {

    Fault NONE = _ -> {};

    /** Throws if the operation on the file {@code name} shall fail; may block to be slow. */
    void strike(String name) throws DiskException;
  }

  public SimulatedDisk(long seed) {
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** No append succeeds that would take all files together over {@code bytes}. */
  public synchronized void limit(long bytes) {
    capacityBytes = bytes;
  }

  public synchronized void onAppend(Fault fault) {
    onAppend = fault;
  }

  public synchronized void onForce(Fault fault) {
    onForce = fault;
  }

  /** The machine loses its power: what was not forced is lost or torn. */
  public synchronized void crash() {
    var names = new TreeSet<>(durable.keySet());
    names.addAll(files.keySet());
    var kept = new TreeMap<String, Content>();
    for (var name : names) {
      var before = durable.get(name);
      var after = files.get(name);
      var content = before == after || random.nextBoolean() ? after : before;
      if (content != null && !kept.containsValue(content)) {
        kept.put(name, content);
      }
    }
    kept.values().forEach(content -> content.tear(random));
    restart(kept);
  }

  /** The process is killed: what it wrote stays, what it holds open is closed. */
  public synchronized void kill() {
    restart(new TreeMap<>(files));
  }

  private void restart(TreeMap<String, Content> kept) {
    files.clear();
    files.putAll(kept);
    durable.clear();
    durable.putAll(kept);
    generation++;
    locked = false;
  }

  /** Turns one bit of {@code name}. */
  public synchronized void flip(String name, int offset, int bit) {
    content(name).bytes[offset] ^= (byte) (1 << bit);
  }

  /** Cuts {@code name} to {@code size} bytes, as a torn write would. */
  public synchronized void cut(String name, int size) {
    content(name).truncate(size);
  }

  /** The bytes of {@code name} as a reader would see them. */
  public synchronized byte[] bytes(String name) {
    var content = content(name);
    return Arrays.copyOf(content.bytes, content.size);
  }

  /** Puts a file there, forced. */
  public synchronized void put(String name, byte[] bytes) {
    var content = new Content();
    content.append(ByteBuffer.wrap(bytes), bytes.length);
    content.forced = content.size;
    files.put(name, content);
    durable.put(name, content);
  }

  /** Another disk with the same files, all forced, and no faults. */
  public synchronized SimulatedDisk copy(long seed) {
    var copy = new SimulatedDisk(seed);
    files.keySet().forEach(name -> copy.put(name, bytes(name)));
    return copy;
  }

  private Content content(String name) {
    var content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException(
          "file: '%s' (expected: one of %s)".formatted(name, files.keySet()));
    }
    return content;
  }

  @Override
  public synchronized DiskFile create(String name) throws DiskException {
    if (files.containsKey(name)) {
      throw new DiskException(Kind.FAILED, name + ": already there");
    }
    files.put(name, new Content());
    return open(name);
  }

  @Override
  public synchronized DiskFile open(String name) throws DiskException {
    var content = files.get(name);
    if (content == null) {
      throw new DiskException(Kind.ABSENT, name + ": not there");
    }
    return new Handle(name, content, generation);
  }

  @Override
  public synchronized List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public synchronized long size(String name) {
    var content = files.get(name);
    return content == null ? -1 : content.size;
  }

  @Override
  public synchronized void delete(String name) {
    files.remove(name);
  }

  @Override
  public synchronized void rename(String from, String to) throws DiskException {
    var content = files.remove(from);
    if (content == null) {
      throw new DiskException(Kind.ABSENT, from + ": not there");
    }
    files.put(to, content);
  }

  @Override
  public void force() throws DiskException {
    strike(false, "folder");
    synchronized (this) {
      durable.clear();
      durable.putAll(files);
    }
  }

  @Override
  public synchronized DiskLock lock(String name) throws DiskException {
    if (locked) {
      throw new DiskException(Kind.LOCKED, "simulated disk: in use (expected: one store)");
    }
    locked = true;
    var mine = generation;
    return () -> unlock(mine);
  }

  private synchronized void unlock(int lockedIn) {
    if (lockedIn == generation) {
      locked = false;
    }
  }

  /** Outside the lock of the disk, so that who reads does not wait for a slow append or force. */
  private void strike(boolean append, String name) throws DiskException {
    Fault fault;
    synchronized (this) {
      fault = append ? onAppend : onForce;
    }
    fault.strike(name);
  }

  private final class Handle implements DiskFile {

    private final String name;
    private final Content content;
    private final int openedIn;

    private Handle(String name, Content content, int openedIn) {
      this.name = name;
      this.content = content;
      this.openedIn = openedIn;
    }

    private void check() throws DiskException {
      if (openedIn != generation) {
        throw new DiskException(Kind.FAILED, name + ": opened before the crash");
      }
    }

    @Override
    public long size() throws DiskException {
      synchronized (SimulatedDisk.this) {
        check();
        return content.size;
      }
    }

    @Override
    public void append(ByteBuffer bytes) throws DiskException {
      strike(true, name);
      synchronized (SimulatedDisk.this) {
        check();
        var used = files.values().stream().mapToLong(file -> file.size).sum();
        var room = (int) Math.clamp(capacityBytes - used, 0, bytes.remaining());
        var all = room == bytes.remaining();
        content.append(bytes, room);
        if (!all) {
          throw new DiskException(Kind.FULL, name + ": No space left on device");
        }
      }
    }

    @Override
    public int read(long position, ByteBuffer into) throws DiskException {
      synchronized (SimulatedDisk.this) {
        check();
        var count = (int) Math.clamp(content.size - position, 0, into.remaining());
        if (count > 0) {
          into.put(content.bytes, (int) position, count);
        }
        return count;
      }
    }

    @Override
    public void truncate(long size) throws DiskException {
      synchronized (SimulatedDisk.this) {
        check();
        content.truncate((int) Math.min(size, content.size));
      }
    }

    @Override
    public void force() throws DiskException {
      strike(false, name);
      synchronized (SimulatedDisk.this) {
        check();
        content.forced = content.size;
      }
    }

    @Override
    public void close() {}
  }

  /** Bytes of which the first {@code forced} outlive a crash. */
  private static final class Content {

    private byte[] bytes = new byte[256];
    private int size;
    private int forced;

    private void append(ByteBuffer more, int count) {
      if (size + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + count, 2 * bytes.length));
      }
      more.get(bytes, size, count);
      size += count;
    }

    private void truncate(int to) {
      size = to;
      forced = Math.min(forced, to);
    }

    /** Keeps a random part of what was not forced; half the time its end is garbage. */
    private void tear(RandomGenerator random) {
      var torn = forced + (size > forced ? random.nextInt(size - forced + 1) : 0);
      if (torn > forced && random.nextBoolean()) {
        var from = forced + random.nextInt(torn - forced);
        for (var i = from; i < torn; i++) {
          bytes[i] = (byte) random.nextInt();
        }
      }
      size = torn;
      forced = torn;
    }
  }
}
