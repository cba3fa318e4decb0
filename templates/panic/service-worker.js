const FILES = [{% for name in names %}"{{ asset(name) }}"{{ "," if not loop.last }}{% endfor %}];
const LATER = [{% for name in later %}"{{ asset(name) }}"{{ "," if not loop.last }}{% endfor %}];
const PAGES = {{ pages | tojson }};
importScripts("{{ asset("js/offline.js") }}");
