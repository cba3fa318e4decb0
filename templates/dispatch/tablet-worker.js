const FILES = [{% for name in names %}"{{ asset(name) }}"{{ "," if not loop.last }}{% endfor %}];
importScripts("{{ asset("js/tablet-worker.js") }}");
