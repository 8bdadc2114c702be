"""Makes data, fits and trains: from a checkout, with the extra `training`. No part of an installed Newsdesk."""
