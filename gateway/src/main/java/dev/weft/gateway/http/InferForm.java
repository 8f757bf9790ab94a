package dev.weft.gateway.http;

/** The form in which an inference comes and is answered. */
enum InferForm {
  /** Tensors with names, datatypes and shapes. */
  TENSORS,
  /** Fields of plain JSON. */
  FIELDS,
  /** The same, answered as a stream of server-sent events, which has one. */
  EVENTS
}
