package dev.weft.sim.node;

/** What is on a node in every life of its machine. */
public interface Resident {

  /** A node has just started. */
  void lead(Node node);

  /** It was killed. */
  void lost();

  /** Looks at what must hold at the end, when nothing is on its way any more. */
  void checkEnded();
}
