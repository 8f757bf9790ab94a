package dev.weft.persistence.disk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One flat folder of files. Names are plain: no separators. What is not forced may be lost when the
 * power goes, in any order and in part.
 */
public interface Disk {

  /** Makes {@code name}, which must not be there, and opens it to read and append. */
  DiskFile create(String name) throws DiskException;

  /**
   * Opens {@code name} to read and cut.
   *
   * @throws DiskException of kind {@code ABSENT} if there is no such file
   */
  DiskFile open(String name) throws DiskException;

  /** The names of all files, sorted. */
  List<String> list() throws DiskException;

  /** The length of {@code name} in bytes, or -1 if there is no such file. */
  long size(String name) throws DiskException;

  /** Deletes {@code name}; does nothing if there is no such file. */
  void delete(String name) throws DiskException;

  /** Gives {@code from} the name {@code to}, in place of what had it, at once or not at all. */
  void rename(String from, String to) throws DiskException;

  /**
   * Gives {@code name} this content in place of what it had; durable on return. Whatever happens,
   * the one or the other is there, whole; beside it perhaps {@code name.part}, which the next call
   * removes.
   */
  default void replace(String name, ByteBuffer content) throws DiskException {
    var part = name + ".part";
    delete(part);
    try (var file = create(part)) {
      file.append(content);
      file.force();
    }
    rename(part, name);
    force();
  }

  /** Makes names durable: files made, renamed and deleted stay so. */
  void force() throws DiskException;

  /** Where {@code name} is, for a person; as much of it as this disk knows. */
  default String place(String name) {
    return name;
  }

  /**
   * Keeps everyone else out of this folder until the lock is closed or this process ends.
   *
   * @throws DiskException of kind {@code LOCKED} if someone else holds it
   */
  DiskLock lock(String name) throws DiskException;
}
