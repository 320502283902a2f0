{{/* The whole environment of a component. Call with root, component and spec. */}}
{{- define "causeway.env" -}}
{{- $root := .root -}}
{{- $spec := .spec -}}
- name: NODE_ENV
  value: production
- name: CAUSEWAY_INSTANCE
  value: {{ $spec.name }}
- name: CAUSEWAY_LOG_LEVEL
  value: {{ $root.Values.logLevel }}
- name: CAUSEWAY_DRAIN_TIMEOUT_MS
  value: {{ mul 1000 (int $root.Values.drain.timeoutSeconds) | quote }}
- name: LISTEN_HOST
  value: {{ $root.Values.listenHost | quote }}
- name: LISTEN_PORT
  value: "8443"
- name: HEALTH_PORT
  value: "8081"
- name: TLS_DIR
  value: /etc/causeway/tls
- name: MIGRATE_AT_START
  value: "false"
{{- if eq $spec.program "wallet" }}
- name: APP_PORT
  value: "8444"
- name: ISSUER_ID
  value: {{ $spec.issuerId | quote }}
- name: CODE_PREFIX
  value: {{ $spec.codePrefix | quote }}
{{- if $spec.policy }}
- name: POLICY_FILE
  value: /etc/causeway/policy/policy.json
{{- end }}
{{- end }}
{{- range $peer := $spec.peers }}
- name: {{ upper $peer }}_ADDRESS
  value: {{ include "causeway.componentName" (dict "root" $root "component" $peer) }}:8443
{{- end }}
{{ include "causeway.databaseEnv" . }}
{{- if $spec.nats }}
{{- include "causeway.natsEnv" . | nindent 0 }}
{{- end }}
{{- if eq $spec.program "routing" }}
- name: NATS_STREAM_REPLICAS
  value: {{ $root.Values.nats.streamReplicas | quote }}
- name: NATS_STREAM_MAX_MEBIBYTES
  value: {{ $root.Values.nats.streamMaxMebibytes | quote }}
{{- end }}
{{- range $spec.secretKeys }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ include "causeway.secretName" $ }}
      key: {{ . }}
{{- end }}
{{- if $root.Values.telemetry.metrics.enabled }}
- name: METRICS_ADDRESS
  value: {{ printf "%s:9464" $root.Values.listenHost | quote }}
{{- end }}
{{- with $root.Values.telemetry.otlp.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- if or $root.Values.telemetry.metrics.enabled $root.Values.telemetry.otlp.endpoint }}
# Without an endpoint no trace is sent, and logs have its id all the same.
- name: CAUSEWAY_TRACE_RATIO
  value: {{ $root.Values.telemetry.otlp.traceRatio | quote }}
{{- end }}
{{- range $key, $value := $spec.env }}
- name: {{ $key }}
  value: {{ include "causeway.envValue" $value }}
{{- end }}
{{- end }}

{{- define "causeway.natsEnv" -}}
- name: NATS_URL
{{- if eq .root.Values.nats.mode "bundled" }}
  value: tls://{{ include "causeway.fullname" .root }}-nats:4222
{{- else }}
  valueFrom:
    secretKeyRef:
      name: {{ include "causeway.secretName" . }}
      key: NATS_URL
{{- end }}
{{- if eq .root.Values.nats.mode "bundled" }}
- name: NATS_TLS_DIR
  value: /etc/causeway/tls
{{- else if .root.Values.nats.external.tlsSecretName }}
- name: NATS_TLS_DIR
  value: /etc/causeway/nats
{{- end }}
{{- end }}

{{/* The Secret with the certificate for a NATS outside; the bundled one knows a service's own. */}}
{{- define "causeway.natsTlsSecret" -}}
{{- if and .spec.nats (eq .root.Values.nats.mode "external") -}}
{{ .root.Values.nats.external.tlsSecretName }}
{{- end -}}
{{- end }}
