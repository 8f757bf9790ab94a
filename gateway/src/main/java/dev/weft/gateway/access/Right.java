package dev.weft.gateway.access;

/** What a request needs to be let through; each operation of a protocol needs one. */
public enum Right {
  /** Nothing: whether the server is there, for those who have no credentials. */
  OPEN("tell whether it is there"),
  /** To see which models there are, and what they take and give. */
  MODELS("see models"),
  /** To have a frame run. */
  INFER("infer"),
  /** To see what the node does, of all tenants. */
  OBSERVE("observe"),
  /** To change what runs. */
  OPERATE("operate");

  private final String verb;

  Right(String verb) {
    this.verb = verb;
  }

  /** After "may", for messages. */
  String verb() {
    return verb;
  }
}
