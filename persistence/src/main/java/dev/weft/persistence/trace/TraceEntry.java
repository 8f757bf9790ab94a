package dev.weft.persistence.trace;

import java.util.List;

/**
 * What is to be kept. The arrays belong to the store from here on and must not be written again.
 *
 * @param payload the record, in whatever form its writer has chosen
 * @param attachments large inputs, kept apart as blobs and for as long as the record
 */
public record TraceEntry(TraceKey key, byte[] payload, List<byte[]> attachments) {

  public TraceEntry {
    attachments = List.copyOf(attachments);
  }

  /** An entry without attachments. */
  public TraceEntry(TraceKey key, byte[] payload) {
    this(key, payload, List.of());
  }

  /** Bytes that this entry holds in memory while it waits to be written. */
  public long bytes() {
    var bytes = (long) payload.length;
    for (var attachment : attachments) {
      bytes += attachment.length;
    }
    return bytes;
  }
}
