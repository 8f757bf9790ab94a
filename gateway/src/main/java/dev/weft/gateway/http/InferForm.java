package dev.weft.gateway.http;

/** The form in which an inference comes and is answered. */
enum InferForm {
  /** Tensors with names, datatypes and shapes. */
  TENSORS("infer"),
  /** Fields of plain JSON. */
  FIELDS("generate"),
  /** The same, answered as a stream of server-sent events, which has one. */
  EVENTS("generate_stream");

  private final String verb;

  InferForm(String verb) {
    this.verb = verb;
  }

  /** The end of its path. */
  String verb() {
    return verb;
  }
}
