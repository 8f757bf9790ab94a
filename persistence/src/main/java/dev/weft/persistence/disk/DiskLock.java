package dev.weft.persistence.disk;

/** A folder held by one owner; closing it lets the next one in. */
public interface DiskLock extends AutoCloseable {

  @Override
  void close();
}
