{{/* The name that every object's name begins with. */}}
{{- define "causeway.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 30 | trimSuffix "-" -}}
{{- end }}

{{/* Labels of everything: call with the root and a component. */}}
{{- define "causeway.labels" -}}
{{ include "causeway.selector" . }}
app.kubernetes.io/part-of: causeway
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Labels that never change: what Services, budgets and policies select by. */}}
{{- define "causeway.selector" -}}
app.kubernetes.io/name: causeway
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "causeway.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}

{{/*
Every Deployment by its name: the four services and the wallet of each operator, with what they
have in common filled in. `peers` are those it calls, `secretKeys` what its Secret must hold.
*/}}
{{- define "causeway.components" -}}
{{- $programs := dict
  "fx" (dict "peers" (list "routing") "nats" true "secretKeys" (list "QUOTE_TOKEN_KEYS"))
  "routing" (dict "peers" (list "fx" "settlement") "nats" true "secretKeys" (list "QUOTE_TOKEN_KEYS"))
  "acquiring" (dict "peers" (list "routing") "nats" true "secretKeys" (list "WEBHOOK_SECRET_KEYS" "PAY_LINK_KEYS" "TRUST_KEY_SECRET"))
  "settlement" (dict "peers" (list "routing") "nats" true "secretKeys" (list "SIGNING_KEYS"))
  "wallet" (dict "peers" (list "fx" "acquiring") "nats" false "secretKeys" (list "CODE_HASH_KEY" "TOKEN_KEYS" "TRANSIT_KEY_SECRET"))
-}}
{{- $components := dict -}}
{{- range $name, $own := .Values.services -}}
{{- $fixed := dict "name" $name "program" $name "identity" (printf "service/%s" $name) -}}
{{- $_ := set $components $name (mergeOverwrite (deepCopy $.Values.defaults) (deepCopy (get $programs $name)) (deepCopy $own) $fixed) -}}
{{- end -}}
{{- range $name, $own := .Values.wallets -}}
{{- $identity := ternary (printf "issuer/%s" $own.issuerId) (printf "service/%s" $name) (eq (default "service" $own.identity) "issuer") -}}
{{- $fixed := dict "name" $name "program" "wallet" "identity" $identity -}}
{{- $_ := set $components $name (mergeOverwrite (deepCopy $.Values.defaults) (deepCopy (get $programs "wallet")) (deepCopy $own) $fixed) -}}
{{- end -}}
{{ toJson $components }}
{{- end }}

{{/* The name of a component's objects: call with the root and a component. */}}
{{- define "causeway.componentName" -}}
{{ include "causeway.fullname" .root }}-{{ .component }}
{{- end }}

{{/* The Secret with a component's keys: its own, or the one that the external store fills. */}}
{{- define "causeway.secretName" -}}
{{- default (include "causeway.componentName" (dict "root" .root "component" .spec.name)) .spec.secretName -}}
{{- end }}

{{/* Where a component's DATABASE_URL stands. */}}
{{- define "causeway.databaseSecret" -}}
{{- if eq .root.Values.postgres.mode "cloudnative-pg" -}}
name: {{ include "causeway.componentName" (dict "root" .root "component" .spec.name) }}-db-app
key: uri
{{- else -}}
name: {{ include "causeway.secretName" . }}
key: DATABASE_URL
{{- end -}}
{{- end }}

{{/* The Secret with a component's certificate. */}}
{{- define "causeway.tlsSecret" -}}
{{- default (printf "%s-tls" (include "causeway.componentName" (dict "root" .root "component" .spec.name))) .spec.tlsSecretName -}}
{{- end }}

{{/* A value of the environment: text as it is, numbers without an exponent. */}}
{{- define "causeway.envValue" -}}
{{- if kindIs "string" . -}}{{ . | quote }}{{- else -}}{{ . | toJson | quote }}{{- end -}}
{{- end }}

{{/* What the restricted Pod Security Standard asks of a pod. */}}
{{- define "causeway.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "causeway.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The environment and mounts with which a component reaches its database, and only that. */}}
{{- define "causeway.databaseEnv" -}}
- name: DATABASE_URL
  valueFrom:
    secretKeyRef:
      {{- include "causeway.databaseSecret" . | nindent 6 }}
{{- if .root.Values.postgres.distributeByLane }}
- name: DISTRIBUTE_BY_LANE
  value: "true"
- name: DISTRIBUTED_SHARDS
  value: {{ .root.Values.postgres.distributedShards | quote }}
{{- end }}
{{- if include "causeway.databaseCa" . }}
- name: PGSSLROOTCERT
  value: /etc/causeway/database/ca.crt
{{- end }}
{{- end }}

{{/* The Secret with the authority that signed Postgres' certificate; empty without TLS. */}}
{{- define "causeway.databaseCa" -}}
{{- if eq .root.Values.postgres.mode "cloudnative-pg" -}}
{{ include "causeway.componentName" (dict "root" .root "component" .spec.name) }}-db-ca
{{- else -}}
{{ .root.Values.postgres.external.caSecretName }}
{{- end -}}
{{- end }}

{{- define "causeway.databaseMount" -}}
{{- if include "causeway.databaseCa" . }}
- name: database-ca
  mountPath: /etc/causeway/database
  readOnly: true
{{- end }}
{{- end }}

{{- define "causeway.databaseVolume" -}}
{{- with include "causeway.databaseCa" . }}
- name: database-ca
  secret:
    secretName: {{ . }}
    defaultMode: 0440
    items:
      - { key: ca.crt, path: ca.crt }
{{- end }}
{{- end }}

{{/* A certificate as the files that programs read: call with the name of a Secret. */}}
{{- define "causeway.tlsVolume" -}}
secret:
  secretName: {{ . }}
  defaultMode: 0440
  items:
    - { key: ca.crt, path: ca.pem }
    - { key: tls.crt, path: cert.pem }
    - { key: tls.key, path: key.pem }
{{- end }}

{{/* Fails where values contradict one another in a way that a schema cannot say. */}}
{{- define "causeway.validate" -}}
{{- with .Values.drain -}}
{{- if le (int .graceSeconds) (add (int .preStopSeconds) (int .timeoutSeconds)) -}}
{{- fail "drain.graceSeconds must be more than drain.preStopSeconds and drain.timeoutSeconds together" -}}
{{- end -}}
{{- end -}}
{{- range $name, $_ := .Values.wallets -}}
{{- if hasKey $.Values.services $name -}}{{- fail (printf "wallets.%s has the name of a service" $name) -}}{{- end -}}
{{- end -}}
{{- end }}
