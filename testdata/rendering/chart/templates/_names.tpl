{{- define "shop.labels" -}}
app: {{ .Release.Name }}-web
release: {{ .Release.Name }}
{{- end }}
