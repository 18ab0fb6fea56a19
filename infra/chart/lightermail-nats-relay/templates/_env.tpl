{{- /* What comes from secrets, and what the installer adds. */ -}}
{{- define "relay.env" -}}
{{- $app := .Values.app -}}
{{- with $app.natsUrlSecret.name -}}
- name: NATS_URL
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $app.natsUrlSecret.key }}
{{ end -}}
{{- if and (eq $app.transport "smtp") $app.smtp.secretName -}}
{{- range $name := list "SMTP_USERNAME" "SMTP_PASSWORD" -}}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $app.smtp.secretName }}
      key: {{ $name }}
{{ end -}}
{{- end -}}
{{- with $app.ses.engagementSecretName -}}
{{- $secret := . -}}
{{- range $name := list "SES_CONFIGURATION_SET" "SES_ENGAGEMENT_SQS_QUEUE_URL" -}}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $name }}
{{ end -}}
{{- end -}}
{{- with $app.extraEnv -}}
{{- toYaml . }}
{{- end -}}
{{- end -}}
