package dev.weft.gateway.access;

import dev.weft.fabric.manifest.Word;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** What a caller is for; it has the rights for that and no others. */
public enum Role implements Word {
  INFER(Right.OPEN, Right.MODELS, Right.INFER),
  OBSERVE(Right.OPEN, Right.MODELS, Right.OBSERVE),
  OPERATE(Right.OPEN, Right.MODELS, Right.OBSERVE, Right.OPERATE),
  /** Has every right, and may act for any tenant. */
  ADMIN(Right.values());

  private final Set<Right> rights;

  Role(Right... rights) {
    this.rights = Set.of(rights);
  }

  /** The role of this name; empty if there is none. */
  public static Optional<Role> named(String word) {
    return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
  }

  public boolean may(Right right) {
    return rights.contains(right);
  }
}
