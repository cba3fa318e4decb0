const LOST = {{ lost | tojson }};
importScripts("{{ asset("js/pushed.js") }}");
