"""Makes data, fits and trains; apart from measuring, and not in the wheel."""
