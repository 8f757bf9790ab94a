package dev.weft.persistence.disk;

import java.nio.ByteBuffer;

/** An open file that grows at its end. One thread appends; any may read what was appended. */
public interface DiskFile extends AutoCloseable {

  long size() throws DiskException;

  /** Appends all of {@code bytes}; after an exception any part of it may be there. */
  void append(ByteBuffer bytes) throws DiskException;

  /**
   * Reads from {@code position} until {@code into} is full or the file ends.
   *
   * @return bytes read, 0 at the end
   */
  int read(long position, ByteBuffer into) throws DiskException;

  /** Cuts the file to {@code size} bytes; does nothing if it is no longer. */
  void truncate(long size) throws DiskException;

  /**
   * Makes what was appended durable. After an exception none of it may be taken as durable, not
   * even if a later call succeeds: systems drop such pages and forget that they did.
   */
  void force() throws DiskException;

  @Override
  void close();
}
