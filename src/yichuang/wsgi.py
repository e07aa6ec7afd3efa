"""Django as a WSGI application. The web server enters by `yichuang.rsgi`, which stands before it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from yichuang.ops.embedded import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yichuang.settings")
end_with_parent()  # a web process whose master was killed must not go on holding the port
application = get_wsgi_application()
