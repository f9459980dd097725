"""What the theory of contrastive losses says, and how to compare it with what was trained."""

__all__ = []
